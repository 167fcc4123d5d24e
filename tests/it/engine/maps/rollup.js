"use strict";const s=[],e=new class{limit;sessions=new Map;constructor(s){this.limit=s}remember(s){return this.sessions.set(s,{user:s}),this.sessions.size}}(10);function t(t){s.push({user:t}),e.remember(t)}const i=s=>{for(const e of[s,`${s} 😀`])t(e)};Object.assign(globalThis,{onTimer:i,count:()=>s.length}),i("first");
//# sourceMappingURL=rollup.js.map

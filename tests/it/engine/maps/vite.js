"use strict";class i{constructor(e){this.limit=e,this.sessions=new Map}remember(e){return this.sessions.set(e,{user:e}),this.sessions.size}}const t=[],o=new i(10);function c(s){t.push({user:s}),o.remember(s)}const n=s=>{for(const e of[s,`${s} 😀`])c(e)};Object.assign(globalThis,{onTimer:n,count:()=>t.length});n("first");
//# sourceMappingURL=vite.js.map

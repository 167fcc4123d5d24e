var e=class{constructor(n){this.limit=n}limit;sessions=new Map;remember(n){return this.sessions.set(n,{user:n}),this.sessions.size}},t=[],o=new e(10);function r(s){t.push({user:s}),o.remember(s)}var i=s=>{for(let n of[s,`${s} 😀`])r(n)};Object.assign(globalThis,{onTimer:i,count:()=>t.length});i("first");
//# sourceMappingURL=esbuild.js.map

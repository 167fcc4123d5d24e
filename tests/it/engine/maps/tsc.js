class SessionCache {
    limit;
    sessions = new Map();
    constructor(limit) {
        this.limit = limit;
    }
    remember(user) {
        this.sessions.set(user, { user });
        return this.sessions.size;
    }
}
const leaks = [];
const cache = new SessionCache(10);
function handleRequest(user) {
    leaks.push({ user });
    cache.remember(user);
}
const onTimer = (user) => {
    for (const name of [user, `${user} 😀`])
        handleRequest(name);
};
Object.assign(globalThis, { onTimer, count: () => leaks.length });
onTimer('first');
//# sourceMappingURL=tsc.js.map
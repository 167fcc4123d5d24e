// Keeps every session that it ever saw.
interface Session {
  user: string;
}

class SessionCache {
  private sessions = new Map<string, Session>();

  constructor(readonly limit: number) {}

  remember(user: string): number {
    this.sessions.set(user, { user });
    return this.sessions.size;
  }
}

const leaks: Session[] = [];
const cache = new SessionCache(10);

function handleRequest(user: string): void {
  leaks.push({ user });
  cache.remember(user);
}

const onTimer = (user: string) => {
  for (const name of [user, `${user} 😀`]) handleRequest(name);
};

Object.assign(globalThis, { onTimer, count: () => leaks.length });
onTimer('first');

// Which links opened which seats in this browser: of each the beginning, which opens nothing, and where its seat's page lies.
// Whether the browser still has the seat is for the server to say: it asks for the seat's key, which no script can read.
const DOORS = "countermove doors", SHOWN = 12;
const doors = () => { try { return JSON.parse(localStorage.getItem(DOORS)) ?? {}; } catch { return {}; } };
const nameOf = (token) => `${location.pathname} ${token.slice(0, SHOWN)}`;
function opened(token, path) {
  try { localStorage.setItem(DOORS, JSON.stringify({ ...doors(), [nameOf(token)]: path })); } catch { /* the browser keeps nothing */ }
}
const seatOf = (token) => doors()[nameOf(token)];
async function sitsAt(path) {
  if (!/^\/seat\/[^/]+\/[^/]+\/$/.test(path ?? "")) return false;
  try { return (await fetch(path, { method: "HEAD" })).ok; } catch { return false; }
}

// Beside the answer: why it changed, versions side by side, and long work.
const at = (name) => document.getElementById(name);
const buttonOf = (text, act) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
};

(() => {
  // Something that is asked of the text as it is, and is out of date once that is another.
  const asked = (name, path, body, shown) => {
    const state = at(`${name}-state`), box = at(name);
    let asking = null;
    const drop = (another) => {
      const begun = asking !== null;
      asking?.abort();
      asking = null;
      if (another) { box.replaceChildren(); box.classList.remove("stale"); state.textContent = ""; return; }
      box.classList.toggle("stale", box.childElementCount > 0);
      if (box.childElementCount) state.textContent = "This is of what stood there before your last change: ask again.";
      else if (begun) state.textContent = "Stopped, for something was changed meanwhile: ask again.";
    };
    const go = async () => {
      drop(true);
      const given = body();
      if (typeof given === "string") { state.textContent = given; return; }
      const own = (asking = new AbortController());
      state.textContent = "Begun …";
      try {
        await steps(path, given, own.signal, (one) => {
          if (asking !== own) return;
          if (one.kind === "progress") state.textContent = one.total > 0 ? `${one.what}: ${one.done} of ${one.total}` : `${one.what} …`;
          else if (one.kind === "refused") state.textContent = one.message;
          else { box.innerHTML = one.html; state.textContent = shown(one); said(`${name === "why" ? "Why it changed" : "The versions"}: it is there.`); }
        });
      } catch (error) {
        if (asking === own) state.textContent = error.message;
      } finally {
        if (asking === own) asking = null;
      }
    };
    return { go, drop };
  };

  const why = asked("why", "/why", () => {
    const before = answer.before;
    if (!before || before === desk.text) return "There is nothing before to compare with: change something, or choose what to compare with.";
    return { text: desk.text, before, plan: answer.plan };
  }, (one) => (one.whole ? "A is before, B is now." : "A is before, B is now. The months are being replayed …"));
  at("ask-why").addEventListener("click", why.go);

  // --- versions ---
  const list = at("variants"), name = at("variant-name"), taken = at("variant-refused"), group = at("before-versions"), choice = at("before");
  const side = asked("side", "/side", () => {
    const kept = Object.entries(desk.variants);
    if (!kept.length) return "Keep a version first, and change something.";
    return { versions: [...kept.slice(-5), ["as it is now", desk.text]] };
  }, (one) => (one.lost.length ? `Left out, for it has mistakes: ${one.lost.join(", ")}.` : ""));
  at("ask-side").addEventListener("click", side.go);
  const free = () => {
    let number = 1;
    while (Object.hasOwn(desk.variants, `version ${number}`)) number += 1;
    return `version ${number}`;
  };
  at("keep-variant").addEventListener("click", () => {
    const title = name.value.trim() || free();
    taken.textContent = desk.name(title) ? "" : `There is a version called ${title} already: give another name, or forget that one first.`;
    if (!taken.textContent) name.value = "";
  });
  name.addEventListener("keydown", (event) => { if (event.key === "Enter") at("keep-variant").click(); });
  const versions = () => {
    const kept = Object.keys(desk.variants), chosen = choice.value;
    list.replaceChildren(...kept.map((title) => {
      const row = document.createElement("li"), label = document.createElement("b");
      label.textContent = `${title} `;
      row.append(label, buttonOf("Go to it", () => desk.set(desk.variants[title], "variant")), buttonOf("Forget it", () => desk.forget(title)));
      return row;
    }));
    group.hidden = !kept.length;
    group.replaceChildren(...kept.map((title) => new Option(title, `variant:${title}`)));
    choice.value = [...choice.options].some((one) => one.value === chosen) ? chosen : "last";
    if (choice.value !== chosen) choice.dispatchEvent(new Event("change"));  // what was compared with is forgotten
  };
  desk.listen((what) => {
    versions();
    if (what === "variants") return;
    taken.textContent = "";
    why.drop(what === "begin");
    side.drop(what === "begin");
  });
  for (const one of [choice, at("plan")]) one.addEventListener("change", () => why.drop(false));

  // --- long work ---
  const TITLES = { memo: "The memo", weigh: "The theories on the record", solve: "Against a rival who thinks ahead", search: "A better plan" };
  const KEEPS = "Stopped; what was finished is kept.", STOPPED = { weigh: "Stopped; nothing of it is kept, and it begins anew." };
  const box = at("errands"), refused = at("errand-refused"), going = new Map(), watched = new Set();
  const SOON = 700, LATER = 3000;  // milliseconds until it is asked again, where the server answers and where it does not
  const clock = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);
  const say = (room, text) => { const state = room.querySelector(".errand-state"); if (state.textContent !== text) state.textContent = text; };

  const draw = async (one) => {
    const room = going.get(one.name), bar = room.querySelector("progress"), tools = room.querySelector(".errand-tools");
    bar.hidden = one.state !== "running";
    if (one.whole > 0) { bar.max = 1; bar.value = one.whole; } else if (one.total > 1) { bar.max = one.total; bar.value = one.done; } else bar.removeAttribute("value");
    const left = one.left >= 0 ? `; about ${clock(one.left)} left${one.all ? "" : " of this step"}` : "";
    const told = { running: `${one.what}; ${clock(one.seconds)} so far${left}`, stopped: STOPPED[one.kind] || KEEPS, ended: "Done.", refused: one.refused };
    say(room, told[one.state]);
    if (room.dataset.state === one.state) return;
    room.dataset.state = one.state;
    said(`${TITLES[one.kind]}: ${one.state === "running" ? "begun" : told[one.state]}`);
    tools.replaceChildren();
    if (one.state === "running") tools.append(buttonOf("Stop", (event) => stop(one, room, event.target)));
    if (one.state === "stopped" || one.state === "refused") tools.append(buttonOf("Go on", () => begin(one.kind, room.text, room)));
    if (one.state !== "ended") return;
    for (const file of one.files) {
      const link = document.createElement("a");
      link.href = `/errands/${one.name}/${file}`;
      link.textContent = file === "memo.html" ? "Open the memo" : "The scenario with this plan";
      link.target = "_blank";
      link.rel = "noopener";
      tools.append(link, " ");
      if (file === "better.yaml") tools.append(buttonOf("Take it as the text", () => take(link.href, room)));
      else { const save = link.cloneNode(); save.textContent = "Save it"; save.download = `${room.file.replace(/\.yaml$/, "")}.html`; tools.append(save); }
    }
    try { room.querySelector(".errand-found").innerHTML = await (await got(`/errands/${one.name}/found.html`)).text(); } catch (error) { say(room, error.message); }
  };
  const stop = async (one, room, button) => {
    button.disabled = true;
    button.textContent = "Stopping …";
    try { await ask(`/errands/${one.name}/stop`, {}); } catch (error) { say(room, error.message); button.disabled = false; button.textContent = "Stop"; }
  };
  // a plan that was found is one of the text that it was looked for in
  const take = async (path, room) => {
    if (room.place !== desk.place) { say(room, `This is a plan of ${room.file}, and ${desk.file} is open: open that first.`); return; }
    try { desk.set(await (await got(path)).text(), "search"); } catch (error) { say(room, error.message); }
  };
  // what became of work that the server does not know by its name any more: it was ended, and what it finished is there
  const found = async (one, room) => {
    try {
      const now = await ask("/errands", { kind: room.dataset.kind, text: room.text, begin: false });
      if (now.name !== one.name) { going.delete(one.name); going.set(now.name, room); remember(); }
      return now;
    } catch (error) {
      if (error.status !== 422) throw error;
      return { ...one, state: "refused", refused: error.message };
    }
  };
  const asking = async (one, room) => {
    try { return await (await got(`/errands/${one.name}`)).json(); } catch (error) {
      if (error.status === 422) return found(one, room);
      throw error;
    }
  };
  const watch = async (one) => {
    const room = going.get(one.name);
    if (watched.has(room)) return;
    watched.add(room);
    try {
      await draw(one);
      let wait = SOON;
      while (one.state === "running") {
        await new Promise((later) => { setTimeout(later, wait); });
        try {
          one = await asking(one, room);
          wait = SOON;
          await draw(one);
        } catch (error) {  // it goes on beside the page, whether it can be asked or not
          wait = LATER;
          say(room, `${error.message.replace(/[.!?]$/, "")}; it is asked again …`);
        }
      }
    } finally { watched.delete(room); }
  };
  const begin = async (kind, text, room) => {
    refused.textContent = "";
    let one;
    try { one = await ask("/errands", { kind, text }); } catch (error) { refused.textContent = error.message; return; }
    if (going.has(one.name)) { watch(one); return; }
    if (room) { for (const [key, value] of going) if (value === room) going.delete(key); delete room.dataset.state; }
    else room = roomOf({ kind, text, file: desk.file, place: desk.place });
    going.set(one.name, room);
    remember();
    watch(one);
  };
  const roomOf = ({ kind, text, file, place }) => {
    const room = document.createElement("div");
    room.className = "errand";
    room.dataset.kind = kind;
    room.innerHTML = "<h4></h4><p class=\"errand-state\"></p><progress max=\"1\" aria-label=\"How far it is\"></progress><div class=\"errand-tools\"></div><div class=\"errand-found\"></div>";
    room.querySelector("h4").textContent = `${TITLES[kind]}: ${file}`;
    Object.assign(room, { text, file, place });
    box.prepend(room);
    return room;
  };
  // what was begun is found again after a reload, by the server of the same file
  const SHELF = `countermove-errands:${START.where}/${START.file}`;
  const remember = () => {
    const kept = [...going].map(([key, { dataset, text, file, place }]) => ({ name: key, kind: dataset.kind, text, file, place }));
    try { localStorage.setItem(SHELF, JSON.stringify(kept.slice(-6))); } catch { /* then it is not */ }
  };
  const again = async () => {
    let kept = [];
    try { kept = JSON.parse(localStorage.getItem(SHELF) || "[]"); } catch { kept = []; }
    for (const one of Array.isArray(kept) ? kept : []) {
      if (!one || !(one.kind in TITLES) || ![one.name, one.text, one.file, one.place].every((part) => typeof part === "string")) continue;
      going.set(one.name, roomOf(one));
      watch({ name: one.name, kind: one.kind, state: "running", what: "asking how far it is", files: [], whole: 0, total: 0, done: 0, left: -1, seconds: 0 });
    }
  };
  again();
  for (const button of document.querySelectorAll("[data-errand]")) button.addEventListener("click", () => begin(button.dataset.errand, desk.text));
})();

// Where a number comes from: what it is, its error, in how many runs it was counted, and the command that gives it again. Tap, hover or focus a
// number of a table of regret or of measures; the arrow keys go from number to number, Escape closes. The annex says the same in one table.

const WHENCE = /^table-(bent-regret|regret|measures(?:-all|-\d+)?)$/;

const REST = 250; // milliseconds that a pointer rests on a number before it is told of

/** The figure's caption where its numbers can be asked, else null. @param {Element} cell */
function askable(cell) {
  const caption = cell.closest("figure.table")?.querySelector("figcaption");
  return caption && WHENCE.test(caption.id) ? caption : null;
}

/** The first text of a head, without its small print. @param {Element | null | undefined} head */
const headText = (head) =>
  [...(head?.childNodes ?? [])]
    .filter((node) => !(node instanceof HTMLElement && node.tagName === "SMALL"))
    .map((node) => node.textContent)
    .join("")
    .trim();

/** The key of a thing by its key or a title. @param {string[][]} things @param {string} text */
const keyOf = (things, text) => things.find((names) => names.includes(text))?.[0] ?? "";

/** @param {string[][]} things @param {string} key */
const titleOf = (things, key) => things.find(([name]) => name === key)?.[1] ?? "";

/**
 * What is said of one number, line by line; the last is the command.
 * @param {Bent} bent @param {HTMLTableCellElement} cell
 * @param {string} id of the table @param {string} again the command that runs what the table shows
 */
function told(bent, cell, id, again) {
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  const heads = cell.closest("table")?.tHead?.rows[0].cells;
  const plan = headText(heads?.[cell.cellIndex]);
  const line = headText(row.cells[0]);
  const strategy = keyOf(bent.plans, plan);
  const [draws, all] = [bent.draws, bent.draws * bent.lucks].map((count) => count.toLocaleString("en"));
  const runs = `n: ${draws} draws of what is uncertain × ${bent.lucks} of chance, ${all} runs under each theory.`;
  const spread = `One standard error of the mean, from the spread of ${bent.mass.length} independent sets of draws.`;
  const regret = /regret/.test(id);
  const at = Number(/-(\d+)$/.exec(id)?.[1] ?? 0);
  const asked = line.replace(/ \([^)]*\)$/, "");
  const theory = regret ? (/^weighted$/i.test(asked) ? "weighted" : keyOf(bent.theories, asked)) : at ? bent.theories[at - 1]?.[0] : "weighted";
  const [measure, means] = regret ? ["", ""] : (bent.docs[line] ?? ["", ""]);
  const error = /±/.test(cell.firstChild?.textContent ?? "") ? `Error, behind ±: ${spread}` : `Error: ${spread}`;
  const select = [`.strategy=="${strategy}"`, `.theory=="${theory}"`, ...(regret ? [] : [`.measure=="${measure}"`])].join(" and ");
  const under = theory === "weighted" ? "over the weighted theories" : `if ${titleOf(bent.theories, theory) || theory}`;
  const found = strategy && theory && (regret || measure);
  const what = regret
    ? "Points of the objective that the plan loses, on the mean over all runs, to the plan that is best there."
    : `${means ? `${means}. ` : ""}The mean over all runs.`;
  return {
    head: `${regret ? "" : `${line}. `}${titleOf(bent.plans, strategy) || plan}, ${under}`,
    lines: [what, error, runs],
    command: found ? `${again} | jq '.${regret ? "regret" : "measures"}[] | select(${select})'` : again,
  };
}

/** @param {Bent} bent @param {() => string} bentCommand the command of what the reader has set */
function whence(bent, bentCommand) {
  const note = make("div", { id: "whence", role: "tooltip", hidden: "" });
  document.body.append(note);
  const written = typed([...bent.command, ...sizes(bent)]);
  /** @type {HTMLTableCellElement | null} */
  let open = null;
  const close = () => {
    open?.removeAttribute("aria-describedby");
    open = null;
    note.hidden = true;
  };
  const ask = (/** @type {EventTarget | null} */ target) => {
    const cell = target instanceof Element ? target.closest("td") : null;
    const caption = cell && askable(cell);
    if (!cell || !caption || cell === open) return;
    close();
    const { head, lines, command } = told(bent, cell, caption.id, /bent/.test(caption.id) ? bentCommand() : written);
    note.replaceChildren(make("strong", {}, head), ...lines.map((text) => make("p", {}, text)), make("code", {}, command));
    note.hidden = false;
    const [box, room] = [cell.getBoundingClientRect(), document.documentElement.clientWidth - note.offsetWidth - 8];
    note.style.left = `${Math.max(8, Math.min(box.left, room)) + scrollX}px`;
    const above = box.bottom + note.offsetHeight > innerHeight && box.top > note.offsetHeight;
    note.style.top = `${(above ? box.top - note.offsetHeight : box.bottom) + scrollY}px`;
    cell.setAttribute("aria-describedby", "whence");
    open = cell;
  };
  let resting = 0;
  for (const name of ["mouseover", "focusin", "click"])
    document.addEventListener(name, (event) => {
      const target = event.target instanceof Element ? event.target : null;
      clearTimeout(resting);
      if (target?.closest("#whence") || (open && open === target?.closest("td"))) return;
      const turn = () => {
        close();
        ask(target);
      };
      if (name === "mouseover") resting = setTimeout(turn, REST);
      else turn();
    });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    const cell = event.target instanceof HTMLTableCellElement && askable(event.target) ? event.target : null;
    const to = cell && neighbour(cell, event.key);
    if (!to) return;
    event.preventDefault();
    walkFrom(/** @type {HTMLTableElement} */ (to.closest("table")), to);
    to.focus();
  });
  return (/** @type {ParentNode} */ part) => {
    if (open && !open.isConnected) close();
    walkable(part);
  };
}

/** The number beside this one in the direction of an arrow key. @param {HTMLTableCellElement} cell @param {string} key */
function neighbour(cell, key) {
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  const [down, across] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? [0, 0];
  if (!down && !across) return null;
  const body = /** @type {HTMLTableSectionElement} */ (row.parentElement);
  const to = body.rows[row.sectionRowIndex + down]?.cells[cell.cellIndex + across];
  return to?.tagName === "TD" ? to : null;
}

/** One stop of the tab key for each table: at this number. @param {HTMLTableElement} of @param {HTMLTableCellElement | undefined} at */
function walkFrom(of, at) {
  for (const cell of of.querySelectorAll("td")) cell.tabIndex = cell === at ? 0 : -1;
}

/** Makes the tables under a part of the page ones that can be asked. @param {ParentNode} part */
function walkable(part) {
  for (const table of part.querySelectorAll("table")) if (askable(table)) walkFrom(table, table.tBodies[0]?.rows[0]?.cells[1]);
}

// --- both begin here ---------------------------------------------------------------------------------------------------------------------

const carried = document.getElementById("bend-data");
const place = document.getElementById("bend");
if (carried && place) {
  const bent = /** @type {Bent} */ (JSON.parse(carried.textContent ?? ""));
  const desk = bend(bent, place);
  desk.asked = whence(bent, () => command(desk));
  desk.asked(document);
}

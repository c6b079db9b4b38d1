// The bar above: undo, redo, save, another war; and the beginning.
(() => {
  const undo = document.getElementById("undo"), redo = document.getElementById("redo"), kept = document.getElementById("kept");
  undo.addEventListener("click", () => desk.undo());
  redo.addEventListener("click", () => desk.redo());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
    const key = event.key.toLowerCase(), typing = event.target.matches("input:not([type=checkbox])");
    if (key === "z" && !typing) { event.preventDefault(); if (event.shiftKey) desk.redo(); else desk.undo(); }
    if (key === "s") { event.preventDefault(); save(); }
  });

  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([desk.written], { type: "application/yaml" }));
    link.download = desk.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  document.getElementById("save").addEventListener("click", save);

  const SAYS = {
    again: "Your changes from before are here again. ",
    moved: "Your changes from before are here again, but the file itself has changed since you made them. ",
  };
  const again = (what) => {
    kept.hidden = false;
    kept.textContent = SAYS[what];
    const act = (text, done) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.addEventListener("click", () => { done(); desk.settle(); kept.hidden = true; });
      kept.append(button, " ");
    };
    if (what === "moved") act("Go on with my changes", () => {});
    act("Take the file as it is", () => desk.set(desk.opened, "file"));
  };
  const begin = (one) => {
    document.getElementById("file").textContent = one.file;
    document.title = `Workbench: ${one.file}`;
    kept.hidden = true;
    const what = desk.begin(one.file, one.where, one.text);
    if (what !== "file") again(what);
  };
  const open = document.getElementById("open");
  open.addEventListener("change", async () => {
    const name = open.value;
    open.value = "";
    if (!name) return;
    try { begin(await (await got(`/war/${encodeURIComponent(name)}`)).json()); } catch (error) { kept.hidden = false; kept.textContent = `${name} cannot be opened: ${error.message}`; }
  });

  // on a small screen the answer in a sentence, for as long as the answer itself is out of sight
  const strip = document.querySelector(".strip");
  new IntersectionObserver((seen) => { strip.hidden = seen[seen.length - 1].isIntersecting; }).observe(document.getElementById("answer"));
  desk.listen(() => { undo.disabled = !desk.canUndo; redo.disabled = !desk.canRedo; });
  begin(START);
})();

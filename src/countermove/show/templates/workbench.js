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
    link.href = URL.createObjectURL(new Blob([desk.text], { type: "application/yaml" }));
    link.download = desk.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  document.getElementById("save").addEventListener("click", save);

  const again = () => {
    kept.hidden = false;
    kept.textContent = "Your changes from before are here again. ";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Take the file as it is";
    button.addEventListener("click", () => { desk.set(desk.opened, "file"); kept.hidden = true; });
    kept.append(button);
  };
  const begin = (file, text) => {
    document.getElementById("file").textContent = file;
    document.title = `Workbench: ${file}`;
    kept.hidden = true;
    if (desk.begin(file, text)) again();
  };
  const open = document.getElementById("open");
  open.addEventListener("change", async () => {
    if (!open.value) return;
    const answer = await fetch(`/war/${encodeURIComponent(open.value)}`), found = await answer.json();
    open.value = "";
    if (answer.ok) begin(found.file, found.text);
  });

  // on a small screen the answer in a sentence, for as long as the answer itself is out of sight
  const strip = document.querySelector(".strip");
  new IntersectionObserver((seen) => { strip.hidden = seen[seen.length - 1].isIntersecting; }).observe(document.getElementById("answer"));
  desk.listen(() => { undo.disabled = !desk.canUndo; redo.disabled = !desk.canRedo; });
  begin(START.file, START.text);
})();

// The token stands behind the #: the server sees it when the button is pressed, and the history of the browser does not keep it.
const token = location.hash.slice(1);
const told = document.getElementById("told"), sit = document.getElementById("sit");
history.replaceState(null, "", location.pathname);
const again = seatOf(token);
if (again) sitsAt(again).then((sits) => { if (sits) location.replace(again); });  // used here before: its seat's page
if (!token) { sit.disabled = true; told.textContent = "This link is not whole: nothing stands behind its #. Ask the facilitator for it again."; }
sit.addEventListener("click", async () => {
  sit.disabled = true;
  told.textContent = "";
  try {
    const answer = await fetch(location.pathname, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token }) });
    const found = await answer.json();
    if (answer.ok) { opened(token, found.path); location.replace(found.path); return; }
    const error = found.errors[0];
    told.textContent = `Refused: ${error.message}. ${error.expected}.`;
  } catch { told.textContent = "The server does not answer. Try again in a moment."; }
  sit.disabled = false;
});

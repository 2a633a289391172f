// Live changes: the server says that something changed, the page offers to show it. Nothing typed is ever replaced.
const watched = document.querySelector("[data-live]");
if (watched) {
  const source = new EventSource(watched.dataset.live);
  source.addEventListener("change", () => {
    const typing = document.querySelector("textarea:focus, input:focus");
    if (!typing && watched.dataset.reload !== "no") {
      location.reload();
      return;
    }
    const note = document.getElementById("changed");
    if (note) note.hidden = false;
  });
  addEventListener("pagehide", () => source.close());
}

// An attempt to sign: asks again after the seconds that the page names, and shows the new state in place of the old one.
const attempt = () => document.getElementById("attempt");
let wait;
async function look() {
  try {
    const r = await fetch(location.href, { cache: "no-store" });
    if (r.redirected) return location.reload(); // the sign-in has ended
    const page = new DOMParser().parseFromString(await r.text(), "text/html");
    const next = page.getElementById("attempt");
    if (!next) return location.reload();
    if (next.innerHTML !== attempt().innerHTML && !attempt().contains(document.activeElement)) attempt().replaceWith(next);
    else if (next.dataset.state !== attempt().dataset.state) attempt().replaceWith(next);
  } catch {
    // no network now: ask again
  }
  plan();
}
function plan() {
  const every = Number(attempt().dataset.every);
  if (every) wait = setTimeout(look, every * 1000);
}
plan();
addEventListener("pagehide", () => clearTimeout(wait));

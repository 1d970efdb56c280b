// Says every half minute, while the page is in sight, that somebody has the enquiry open, and shows who else has.
// Without this the page says who had it open when it was opened.

const notice = document.querySelector("[data-presence]");
if (notice) {
  setInterval(() => lookIn(notice), 30000);
  document.addEventListener("visibilitychange", () => lookIn(notice));
}

async function lookIn(notice) {
  if (document.hidden) {
    return;
  }
  try {
    const body = new URLSearchParams({ csrfmiddlewaretoken: notice.dataset.token });
    const response = await fetch(notice.dataset.presence, { method: "POST", body, redirect: "error" });
    if (!response.ok) {
      return;
    }
    const said = new DOMParser().parseFromString(await response.text(), "text/html").body;
    // Only what is new is read out.
    if (said.textContent.trim() !== notice.textContent.trim()) {
      notice.replaceChildren(...said.childNodes);
    }
  } catch {
    // No connection: the next half minute asks again.
  }
}

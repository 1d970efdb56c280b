// Saves each answer of a call as it is typed, one after the other, and says when. Without this the page has buttons.
// What could not be saved is tried again until it is, and goes along with whatever button is pressed.

const form = document.querySelector("form[data-saves]");
if (form) {
  form.classList.add("hub-saves");
  keepSaving(form);
}

const ringing = document.querySelector("[data-ringing]");
if (ringing) {
  setInterval(() => lookWhoRings(ringing), 8000);
}

function keepSaving(form) {
  const said = form.querySelector("[data-said]");
  const waiting = new Set();
  let turn = 0;
  let timer = null;
  let busy = false;
  let leaving = false;

  form.addEventListener("input", (event) => note(event.target, 800));
  form.addEventListener("change", (event) => note(event.target, 0));
  form.addEventListener("submit", () => {
    leaving = true;
    form.elements.turn.value = turn += 1;
  });
  // Closed, or gone to another page: what is still to be saved goes along.
  addEventListener("pagehide", () => {
    if (!leaving && waiting.size) {
      send([...waiting], true).catch(() => {});
    }
  });

  function note(field, delay) {
    if (!field.name || field.type === "hidden") {
      return;
    }
    waiting.add(field.name);
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  async function save() {
    if (busy || leaving || !waiting.size) {
      return;
    }
    busy = true;
    const names = [...waiting];
    waiting.clear();
    let pause = 0;
    try {
      const answer = await send(names, false);
      tell(answer);
    } catch {
      names.forEach((name) => waiting.add(name));
      say("Not saved: no connection. We try again. Do not close this page.", true);
      pause = 5000;
    }
    busy = false;
    if (waiting.size) {
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    }
  }

  async function send(names, last) {
    const all = new FormData(form);
    const body = new URLSearchParams();
    for (const name of ["csrfmiddlewaretoken", "window", "seen"]) {
      body.append(name, all.get(name));
    }
    body.append("turn", (turn += 1));
    for (const name of names) {
      const values = all.getAll(name);
      (values.length ? values : [""]).forEach((value) => body.append(name, value));
    }
    const response = await fetch(form.dataset.saves, { method: "POST", body, keepalive: last, redirect: "error" });
    if (!response.ok && response.status !== 409) {
      throw new Error(response.status);
    }
    return response.json();
  }

  function tell(answer) {
    if (answer.refused) {
      say(answer.refused, true);
      return;
    }
    const other = answer.elsewhere ? ` Another window changed ${answer.elsewhere}: load the page again to see it.` : "";
    say(`Saved ${answer.saved}.${other}`, Boolean(other));
    for (const name of ["council", "known", "missing"]) {
      const place = form.querySelector(`[data-${name}]`);
      if (place && name in answer) {
        place.textContent = answer[name];
      }
    }
  }

  function say(text, wrong) {
    said.textContent = text;
    said.classList.toggle("hub-saved--not", wrong);
  }
}

async function lookWhoRings(place) {
  // Nobody loses the button that they are about to press.
  if (document.hidden || place.contains(document.activeElement)) {
    return;
  }
  try {
    const response = await fetch(place.dataset.ringing, { redirect: "error" });
    const html = response.ok ? await response.text() : place.innerHTML;
    if (html !== place.dataset.shown) {
      place.dataset.shown = html;
      place.innerHTML = html;
    }
  } catch {
    // The next look may reach us again.
  }
}

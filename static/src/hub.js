// Everything here only improves pages that already work without it.
import { initAll } from "./govuk-frontend.min.js";

initAll();

// A page brought back by the browser's Back button must not stay locked by the double-click guard.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.querySelectorAll("button[disabled][data-prevent-double-click]").forEach((button) => {
      button.disabled = false;
    });
  }
});

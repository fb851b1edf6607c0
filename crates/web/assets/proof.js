// The proof of work that a page asks for: the ALTCHA widget, in the words of the page. Where it cannot work, the page's own
// words say what to do instead, and stay.
const box = document.querySelector("#proof");
const form = box.closest("form");
const button = form.querySelector("button:not([type])");
const patience = box.querySelector("#patience");
const state = box.querySelector("#proof-state");
const words = box.dataset;
const language = document.documentElement.lang;

// The button rests while the browser works: a press would be one too early.
const rest = (yes) => {
  button.disabled = yes;
};

// Read out; to see, where the widget does not say it already.
const say = (what) => {
  state.textContent = words[what] ?? "";
  state.classList.toggle("unseen", what === "verifying" || what === "verified");
};

const show = (event) => {
  const now = event.detail.state;
  rest(now === "verifying");
  patience.hidden = now !== "error";
  // What was typed is all there, but for a password: that is typed anew.
  const goesOn = now === "verified" && form.checkValidity();
  say(now === "verified" && !goesOn ? "send" : now);
  if (goesOn) form.requestSubmit();
};

const begin = async () => {
  rest(true);
  await import(words.widget);
  const { algorithms, defaults, i18n } = globalThis.$altcha;
  algorithms.set("PBKDF2/SHA-256", () => new Worker(words.worker));
  defaults.set({ hideFooter: true, hideLogo: true, humanInteractionSignature: false });
  const { label, verifying, verified, error, expired } = words;
  i18n.set(language, { ...i18n.get("en"), label, verifying, verified, error, expired, waitAlert: verifying });
  const widget = document.createElement("altcha-widget");
  const attributes = { auto: "onload", challenge: words.challenge, language, name: "altcha" };
  for (const [name, value] of Object.entries(attributes)) widget.setAttribute(name, value);
  widget.addEventListener("statechange", show);
  patience.hidden = true;
  box.prepend(widget);
};

// Browsers let scripts hash in secure contexts only.
if (isSecureContext) begin().catch(() => rest(false));

// What pages do more where scripts run. Without this file everything works by full page loads.
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const lang = document.documentElement.lang;
  const BUSY_AT_MOST = 15000;

  // One press, one request: a second press while the first is under way does nothing.
  const free = (form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  };
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
      setTimeout(free, BUSY_AT_MOST, form);
    });
  }
  // A page that comes back out of the browser's memory is as it was left: busy.
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) free(form);
  });

  // Moments in the reader's own time and, within the language of the page, the reader's own way of writing it.
  const tag = navigator.languages.find((tag) => tag.split("-")[0] === lang.split("-")[0]) || lang;
  const local = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.textContent = local.format(moment);
    time.removeAttribute("dir");
  }

  // The developer's mailbox shows what came in meanwhile.
  const mailbox = find("[data-reload]");
  if (mailbox) setInterval(() => document.hidden || location.reload(), mailbox.dataset.reload * 1000);

  // A button that shows what was typed as a password. It is sent as a password again, so that browsers keep it as one.
  for (const secret of document.querySelectorAll(".secret input")) {
    const button = document.createElement("button");
    const label = secret.labels[0].textContent;
    const show = (shown) => {
      secret.type = shown ? "text" : "password";
      button.textContent = shown ? secret.dataset.hide : secret.dataset.show;
      button.setAttribute("aria-label", `${button.textContent}: ${label}`);
    };
    button.type = "button";
    button.className = "peek";
    button.setAttribute("aria-controls", secret.id);
    button.addEventListener("click", () => show(secret.type === "password"));
    secret.form.addEventListener("submit", () => show(false));
    secret.after(button);
    show(false);
  }

  // The contact field becomes the kind of field that was chosen.
  const contact = find("#contact");
  if (contact) {
    const fit = () => {
      const phone = find("input[value=phone]").checked;
      contact.type = phone ? "tel" : "email";
      contact.inputMode = phone ? "tel" : "email";
      contact.autocomplete = phone ? "tel" : "email";
      contact.placeholder = phone ? contact.dataset.phone : contact.dataset.email;
    };
    // A tap goes on to the field; arrow keys stay with the choice, which they may be going through.
    let tapped = false;
    for (const kind of ["pointerdown", "keydown"]) {
      addEventListener(kind, () => (tapped = kind === "pointerdown"), true);
    }
    for (const radio of document.querySelectorAll("input[name=contact_type]")) {
      radio.addEventListener("change", () => {
        fit();
        if (tapped) contact.focus();
      });
    }
    fit();
  }

  const clock = (seconds) => {
    const pad = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
  };

  // Counts down to a moment fixed when the page came, so that a sleeping tab is right when it wakes.
  const countDown = (element, done) => {
    if (!element) return;
    const end = Date.now() + element.dataset.seconds * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      element.textContent = clock(left);
      if (left > 0) return setTimeout(tick, 250);
      done();
    };
    tick();
  };

  const resend = find("#resend");
  const wait = find("#wait");
  if (wait) {
    if (resend) resend.disabled = true;
    countDown(wait.querySelector("[data-seconds]"), () => {
      // Where another contact may be typed meanwhile, the button never rested.
      if (!resend) return (wait.textContent = wait.dataset.over);
      resend.disabled = false;
      wait.classList.add("over");
    });
  }

  const code = find("#code");
  const news = find("#news");
  if (!code) return;
  const form = code.form;
  const length = Number(code.dataset.length);
  let over = false;
  countDown(find("#valid"), () => {
    over = true;
    news.textContent = news.dataset.expired;
  });

  // Keeps the digits of what was typed or pasted, also those of Arabic and Persian keyboards, and sends a full
  // code once. A code that came back as wrong is typed again, and sent again. Where a password is wanted, too, it goes on there.
  const digitsOf = (text) =>
    text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 15).replace(/\D/g, "");
  let submitted = false;
  const whole = () => {
    if (submitted || over) return;
    submitted = true;
    if (form.elements.password) form.elements.password.focus();
    else form.requestSubmit();
  };
  // A message may bring a code with letters instead; then it comes whole, out of the message, into either field.
  const LONG = /(?<![\w-])[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{5}(?![\w-])|^\s*[0-9a-z]{13}\s*$/i;
  const takeLong = (text) => {
    const found = text.match(LONG);
    if (!found) return false;
    code.value = found[0].trim();
    whole();
    return true;
  };
  const take = (text) => {
    if (takeLong(text) || !length) return;
    const digits = digitsOf(text).slice(0, length);
    if (code.value !== digits) code.value = digits;
    if (digits.length === length) whole();
  };
  code.addEventListener("input", (event) => event.isComposing || take(code.value));
  code.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (takeLong(text)) return event.preventDefault();
    if (!length) return;
    const pieces = text.split(/[^\d\u0660-\u0669\u06f0-\u06f9 -]+/).map(digitsOf);
    const found = pieces.find((digits) => digits.length === length);
    if (found) {
      event.preventDefault();
      take(found);
    }
  });

  // The code straight from the SMS, where the browser can (WebOTP).
  const aborter = new AbortController();
  form.addEventListener("submit", () => aborter.abort());
  if ("OTPCredential" in window && form.dataset.sms) {
    navigator.credentials
      .get({ otp: { transport: ["sms"] }, signal: aborter.signal })
      .then((credential) => credential && take(credential.code))
      .catch(() => {});
  }

  // What became of the message, until that is settled.
  const SOON = 1500;
  const LATE = 10000;
  let pause = SOON;
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  };
  const ask = async () => {
    if (over || document.hidden) return;
    try {
      const answer = await fetch("/otp/status/", { cache: "no-store" });
      if (answer.status === 204) return;
      const status = await answer.json();
      if (!over && news.textContent !== status.text) news.textContent = status.text;
      if (status.settled) return delete news.dataset.open;
    } catch {
      // Offline, or the server is busy: the next question may get through.
    }
    pause = Math.min(pause * 1.4, LATE);
    later();
  };
  if ("open" in news.dataset) {
    later();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || !("open" in news.dataset)) return;
      pause = SOON;
      later();
    });
  }
})();

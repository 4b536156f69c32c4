/* The desk's keys, drafts and notices; what is shown comes from the server by htmx. */

const SAY_MS = 3_000;
const HIDDEN_MS = 60_000;
const OFFLINE = "연결이 끊겼어요. 쓴 글은 그대로 있어요. 인터넷 연결을 확인해 주세요.";
const BROKEN = "일시적인 문제가 생겼어요. 쓴 글은 그대로 있어요. 잠시 뒤에 다시 해 주세요.";
const OVER = "로그인이 끝났어요. 쓴 글은 그대로 있어요. 새 창에서 로그인한 뒤에 다시 해 주세요.";

const find = (id) => document.getElementById(id);
const ticket = find("ticket");
const writing = find("text");
const draftKey = writing && `desk-draft-${writing.dataset.draft}`;

/* ---- notices ---- */

function tell(text, isBad = true) {
  const box = find("notice");
  if (!box) return lose(text);
  const line = document.createElement("p");
  line.setAttribute("role", isBad ? "alert" : "status");
  line.textContent = text;
  box.className = `notice ${isBad ? "bad" : "good"}`;
  box.replaceChildren(line);
}

function lose(text) {
  const line = find("lost");
  line.textContent = text;
  line.hidden = !text;
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr } = detail;
  // A refusal of the whole request is JSON and no part of the page.
  if (!xhr.getResponseHeader("Content-Type")?.startsWith("application/json")) return;
  detail.shouldSwap = false;
  tell(JSON.parse(xhr.responseText).message ?? BROKEN);
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) lose(OVER);
  else if (detail.elt.id !== "live") tell(BROKEN);
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.elt.id !== "live") tell(OFFLINE);
});
document.addEventListener("htmx:sseError", () => lose(OFFLINE));
document.addEventListener("htmx:sseOpen", () => lose(""));
document.addEventListener("htmx:sseClose", ({ detail }) => detail.type === "message" && lose(OVER));
// A login that has run out must not take what is typed with it: the page stays, and says so.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.preventDefault();
  lose(OVER);
});

/* ---- what is typed ---- */

function clear(form) {
  const field = find(form.dataset.clears);
  if (!field) return;
  field.value = "";
  if (field === writing) {
    sessionStorage.removeItem(draftKey);
    find("article_id").value = "";
  }
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const isDone = detail.xhr.status >= 200 && detail.xhr.status < 300;
  if (isDone && detail.elt.dataset.clears) clear(detail.elt);
  // What is done goes before looking what is new, and a look that it broke off is made up for.
  if (ticket && detail.requestConfig?.verb === "post") setTimeout(look);
});

function look() {
  const live = find("live");
  if (live) htmx.trigger(live, "sse:ticket");
}

let saidAt = 0;
function keepDraft() {
  if (writing.value) sessionStorage.setItem(draftKey, writing.value);
  else sessionStorage.removeItem(draftKey);
}

function sayTyping() {
  if (Date.now() - saidAt < SAY_MS || !writing.value.trim()) return;
  saidAt = Date.now();
  fetch(`/desk/tickets/${ticket.dataset.number}/typing`, {
    method: "POST", headers: { "X-CSRF-Token": document.body.dataset.csrf },
  }).catch(() => {});
}

function put(text, { isWhole = false, article = "" } = {}) {
  if (isWhole && writing.value.trim() && !confirm("쓰던 글을 이 글로 바꿀까요?")) return;
  if (isWhole) writing.value = text;
  else writing.setRangeText(text, writing.selectionStart, writing.selectionEnd, "end");
  if (isWhole) find("article_id").value = article;
  keepDraft();
  writing.focus();
  writing.scrollIntoView({ block: "center" });
}

async function upload(field) {
  const [file] = field.files;
  if (!file) return;
  const seen = document.querySelector("#stamp [name=seen]").value;
  const query = new URLSearchParams({ name: file.name, seen });
  try {
    const response = await fetch(`${field.dataset.upload}?${query}`, {
      method: "POST",
      headers: { "X-CSRF-Token": document.body.dataset.csrf, "Content-Type": "application/octet-stream", "HX-Request": "true" },
      body: file,
    });
    if (response.status === 401) return lose(OVER);
    const text = await response.text();
    if (response.headers.get("Content-Type")?.startsWith("text/html")) htmx.swap(document.body, text, { swapStyle: "none" });
    else tell(JSON.parse(text).message ?? BROKEN);
  } catch {
    tell(OFFLINE);
  } finally {
    field.value = "";
  }
}

if (writing) {
  writing.value = sessionStorage.getItem(draftKey) ?? writing.value;
  writing.addEventListener("input", () => {
    keepDraft();
    sayTyping();
  });
  find("file").addEventListener("change", ({ target }) => upload(target));
}
find("logout")?.addEventListener("submit", () => sessionStorage.clear());

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.dataset.insert !== undefined) put(button.dataset.insert);
  if (button.dataset.fill !== undefined) put(button.dataset.fill, { isWhole: true, article: button.dataset.article });
  if (button.dataset.open) find(button.dataset.open).showModal();
});

/* ---- the end of the talk stays in view ---- */

const talk = find("talk");
const toEnd = () => talk && (talk.scrollTop = talk.scrollHeight);
toEnd();
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => detail.target.id === "talk" && toEnd());
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  // What a partner said is being typed in there: it is renewed the next time.
  if (detail.target.id === "partners" && detail.target.querySelector("textarea:focus")) detail.shouldSwap = false;
  // Two answers that crossed may both bring a message.
  if (detail.target.id !== "talk") return;
  for (const one of detail.fragment.querySelectorAll(".said")) if (find(one.id)) one.remove();
});

/* ---- where the focus was in the queue ---- */

const rows = () => [...document.querySelectorAll("a.row")];
let place = -1;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id === "queue") place = rows().indexOf(document.activeElement);
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  // The line that had the focus is gone, for somebody has answered it: its neighbour takes the focus.
  if (detail.target?.id !== "queue" || place < 0 || document.activeElement !== document.body) return;
  const left = rows();
  left[Math.min(place, left.length - 1)]?.focus();
});

/* ---- keys ---- */

const LETTERS = "desk-letters";
const letters = find("letters");
letters.checked = localStorage.getItem(LETTERS) !== "off";
letters.addEventListener("change", () => localStorage.setItem(LETTERS, letters.checked ? "on" : "off"));

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

let wentAt = 0;
const KEYS = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyG: () => (wentAt = Date.now()),
  KeyQ: () => Date.now() - wentAt < 1_500 && location.assign("/desk"),
  KeyT: () => find("do-take")?.click(),
  KeyR: () => writing?.focus(),
  KeyN: () => find("note-text")?.focus(),
  Slash: () => (find("q") ? find("q").focus() : location.assign("/desk#q")),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter" && event.target === writing) {
    event.preventDefault();
    find("say")?.click();
    return;
  }
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !letters.checked) return;
  // By place and not by letter: with the Korean layout on, the key of "j" types "ㅓ".
  const act = event.key === "?" ? () => find("keys").showModal() : !event.shiftKey && KEYS[event.code];
  if (!act) return;
  event.preventDefault();
  act(event);
});
if (location.hash === "#q") find("q")?.focus();

/* ---- tabs that nobody looks at ---- */

// A browser has six connections for all tabs of a site: a tab that is out of sight gives its own back.
const holder = find("live")?.parentElement;
let leaving = 0;
let spare = null;
document.addEventListener("visibilitychange", () => {
  clearTimeout(leaving);
  if (!holder) return;
  if (document.hidden) leaving = setTimeout(stopListening, HIDDEN_MS);
  else if (spare) listenAgain();
});

function stopListening() {
  const live = find("live");
  spare = live.cloneNode(false);
  spare.className = "";
  htmx.remove(live);
}

function listenAgain() {
  holder.prepend(spare);
  htmx.process(spare);
  spare = null;
}

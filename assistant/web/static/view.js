/* Draws messages. Every text is set as textContent: what people write is never read as HTML. */

const log = document.getElementById("log");
const intro = document.getElementById("intro");
const typing = document.getElementById("typing");
const scroller = document.getElementById("scroller");

const dayFormat = new Intl.DateTimeFormat("ko-KR", { dateStyle: "long" });
const dueFormat = new Intl.DateTimeFormat("ko-KR", {
  timeZone: "Asia/Seoul", month: "long", day: "numeric", weekday: "short", hour: "numeric", minute: "numeric",
});

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function bubble(role, speaker) {
  const element = make("article", `message ${role}`);
  element.append(make("p", role === "consultant" ? "speaker" : "unseen", speaker));
  return element;
}

function add(element) {
  intro.hidden = true;
  log.append(element);
  return element;
}

/** Brings the end of the talk into view; a long answer is shown from its beginning. */
function reveal(element) {
  const isLong = element.offsetHeight > scroller.clientHeight;
  scroller.scrollTop = isLong ? element.offsetTop - 8 : scroller.scrollHeight;
}

export function showVisitor(text) {
  endChoices();
  const element = bubble("visitor", "나");
  element.append(make("div", "text", text));
  reveal(add(element));
  return element;
}

/** Shows the assistant's reply; `onChoice` gets the text of a clicked button. */
export function showReply(reply, onChoice) {
  if (!reply.text) return showWatching();
  endChoices();
  const element = bubble("assistant", "원콜");
  element.append(make("div", "text", reply.text), ...proof(reply), ...ticket(reply.ticket));
  element.append(...choices(reply, onChoice));
  reveal(add(element));
  return element;
}

/** Shows what a consultant wrote; that one came or went is a line of its own, an answer can be rated. */
export function showConsultant({ id, text, reply }, onRate) {
  const reason = reply?.reason ?? "";
  if (reason.startsWith("consultant_") && reason !== "consultant_answered") {
    return reveal(add(make("p", "notice", text)));
  }
  log.querySelector(".watching")?.remove();
  const element = bubble("consultant", "상담사");
  element.append(make("div", "text", text));
  if (reply?.is_answer ?? reason === "consultant_answered") element.append(rating(id, onRate));
  reveal(add(element));
}

function rating(id, onRate) {
  const box = make("div", "rating");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "상담사의 답 평가");
  const said = make("span", "said");
  said.setAttribute("role", "status");
  for (const [score, label] of [["up", "도움이 됐어요"], ["down", "아니에요"]]) {
    const button = make("button", "choice", label);
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", async () => {
      const isStored = await onRate(id, score);
      said.textContent = isStored ? "알려 주셔서 고마워요." : "저장하지 못했어요. 다시 눌러 주세요.";
      if (!isStored) return;
      for (const one of box.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === button));
    });
    box.append(button);
  }
  box.append(said);
  return box;
}

/** Says once that a consultant is reading, instead of an empty reply. */
function showWatching() {
  endChoices();
  const known = log.querySelector(".watching");
  known?.remove();
  reveal(add(known ?? make("p", "watching", "상담사가 보고 있어요. 답변은 이 대화창에 올라와요.")));
}

function proof(reply) {
  const rows = [];
  if (reply.legal_basis) rows.push(["법적 근거", [reply.legal_basis]]);
  if (reply.sources?.length) rows.push(["출처", reply.sources.map(link)]);
  if (reply.checked_on) rows.push(["확인한 날", [dayFormat.format(new Date(`${reply.checked_on}T00:00:00`))]]);
  if (!rows.length) return [];
  const list = make("dl", "proof");
  for (const [name, values] of rows) {
    list.append(make("dt", "", name));
    for (const value of values) {
      const row = make("dd");
      row.append(value);
      list.append(row);
    }
  }
  return [list];
}

function link({ title, url }) {
  if (!/^https?:\/\//i.test(url)) return title;
  const anchor = make("a", "", title || url);
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.append(make("span", "unseen", " (새 창)"));
  return anchor;
}

function ticket(given) {
  if (!given?.due_at) return [];
  const card = make("p", "ticket");
  card.append(make("span", "", "접수번호"), make("strong", "", given.id));
  card.append(make("span", "", `${dueFormat.format(new Date(given.due_at))}까지 답변`));
  return [card];
}

/** Candidates stay, for each is a whole question; quick replies fit this moment only (see endChoices). */
function choices(reply, onChoice) {
  const questions = reply.decision === "clarify" ? (reply.candidates ?? []).map((one) => one.question) : [];
  const quick = (reply.quick_replies ?? []).filter((text) => !questions.includes(text));
  return [buttons(questions, "candidates", onChoice), buttons(quick, "quick", onChoice)].filter(Boolean);
}

function buttons(texts, className, onChoice) {
  if (!texts.length) return null;
  const list = make("ul", className);
  for (const text of texts) {
    const button = make("button", "choice", text);
    button.type = "button";
    button.addEventListener("click", () => onChoice(text));
    const row = make("li");
    row.append(button);
    list.append(row);
  }
  return list;
}

function endChoices() {
  for (const list of log.querySelectorAll(".quick")) list.remove();
}

/** Shows under a message that it was not sent; without `onRetry` it never will be. */
export function showFailure(element, message, onRetry) {
  clearFailure(element);
  const line = make("p", "failure");
  line.setAttribute("role", "alert");
  line.append(make("span", "", message));
  if (onRetry) {
    const button = make("button", "retry", "다시 보내기");
    button.type = "button";
    button.addEventListener("click", onRetry);
    line.append(button);
  }
  element.after(line);
  reveal(line);
}

export function clearFailure(element) {
  if (element.nextElementSibling?.classList.contains("failure")) element.nextElementSibling.remove();
}

export function showNotice(text) {
  reveal(add(make("p", "notice", text)));
}

export function setTyping(isTyping, label = "답을 찾고 있어요") {
  // Said once, not at every poll.
  if (isTyping && typing.firstChild?.textContent === label) return;
  typing.replaceChildren();
  if (!isTyping) return;
  typing.append(make("span", "unseen", label), make("i"), make("i"), make("i"));
  scroller.scrollTop = scroller.scrollHeight;
}

export function clear() {
  log.replaceChildren();
  intro.hidden = false;
}

/**
 * Draws a stored conversation; a screen reader is not made to read all of it. Returns the visitor's last message if
 * it has no reply yet, or is the one that waits to be sent: its reply got lost on the way to us.
 */
export function showHistory(messages, onChoice, waiting, onRate) {
  log.setAttribute("aria-busy", "true");
  clear();
  let last = null;
  let said = "";
  for (const { id, role, text, reply } of messages) {
    if (role === "visitor") [last, said] = [showVisitor(text), text];
    else if (role === "consultant") showConsultant({ id, text, reply }, onRate);
    else showReply({ ...reply, text }, onChoice);
  }
  log.setAttribute("aria-busy", "false");
  return messages.at(-1)?.role === "visitor" || said === waiting ? last : null;
}

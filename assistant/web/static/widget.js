/*
 * OneCall on any site: one script tag puts the element <onecall-chat> on the page. docs/widget.md tells how.
 *
 * Everything is in this file: no other request but those to /widget/v1 beside it, no style attribute, no eval, no HTML
 * made of data. The parts, from top to bottom: words, styles, small helpers, Memory (what the browser keeps), Service
 * (the interface), View (what is seen), Chat (what happens), the element.
 */
(() => {
  "use strict";

  const SCRIPT = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  if (!SCRIPT || customElements.get("onecall-chat")) return;
  const BASE = new URL("widget/v1/", SCRIPT.src).href;

  // ---- words --------------------------------------------------------------------------------------------------------

  const TEXTS = {
    ko: {
      title: "원콜 상담",
      greeting: "안녕하세요! 제품 인증, 표준, 제품안전에 대해 물어보세요.",
      starters: [
        ["보조배터리를 일본에 팔려면 뭐가 필요해요?", "보조배터리를 일본에 팔려면 뭐가 필요해요?"],
        ["KS 인증과 KC 인증은 뭐가 달라요?", "KS 인증과 KC 인증은 뭐가 달라요?"],
      ],
      productStarters: [
        ["이 제품 KC 인증 받아야 하나요?", "이 제품 KC 인증 받아야 하나요?"],
        ["이 제품 일본에 팔려면 뭐가 필요해요?", "이 제품 일본에 팔려면 뭐가 필요해요?"],
      ],
      about: (product) => `보고 있는 상품: ${product}`,
      launch: "상담 열기",
      unread: (count) => `새 답변 ${count}개`,
      close: "닫기",
      menu: "메뉴",
      menuFile: "대화 내려받기",
      menuErase: "대화 지우기",
      menuPerson: "상담원 연결",
      menuWithdraw: "연락처 동의 취소",
      log: "주고받은 메시지",
      question: "질문",
      placeholder: "질문을 적어 주세요",
      send: "보내기",
      hint: "주민등록번호 같은 개인정보는 적지 마세요.",
      speakers: { visitor: "나", assistant: "원콜", consultant: "상담사" },
      basis: "법적 근거",
      sources: "출처",
      checked: "확인한 날",
      newWindow: "(새 창)",
      choices: "고를 수 있는 말",
      ticket: "접수번호",
      due: (when) => `${when}까지 답변`,
      ticketStates: { open: "배정 대기", assigned: "상담사 확인 중", answered: "답변 완료", closed: "마무리" },
      owners: {
        waiting: "상담사의 답변을 기다리고 있어요.",
        consultant: "상담사가 함께하고 있어요.",
      },
      typing: { assistant: "답을 찾고 있어요", consultant: "상담사가 쓰고 있어요" },
      rate: "이 답이 도움이 됐나요?",
      up: "도움이 됐어요",
      down: "아니에요",
      comment: "의견 (안 적어도 돼요)",
      sendComment: "의견 보내기",
      rated: "알려 주셔서 고마워요.",
      consent:
        "연락처는 답변을 알리는 데에만 쓰고, 대화를 지우면 함께 지워요. 연락처를 저장해도 될까요? " +
        "동의하기 전에는 보내신 메시지를 저장하지 않아요.",
      agree: "동의하고 보내기",
      disagree: "보내지 않기",
      withdraw: "남기신 연락처를 지우고 동의를 취소할까요?",
      withdrawYes: "동의 취소",
      withdrawn: "동의를 취소하고 연락처를 지웠어요.",
      erase: "대화를 모두 지울까요? 되돌릴 수 없고, 기다리는 문의도 취소돼요.",
      eraseYes: "지우기",
      cancel: "그만두기",
      erased: "대화를 지웠어요.",
      person: "상담사 연결",
      fileName: "원콜 대화.txt",
      retry: "다시 시도",
      resend: "다시 보내기",
      notSent: "아직 보내지 못했어요. 연결되면 다시 보낼게요.",
      errors: {
        unreached: "연결이 끊겼어요. 인터넷 연결을 확인해 주세요. 다시 연결하고 있어요.",
        origin_refused: (origin) => `이 사이트(${origin})에서는 대화창을 쓸 수 없어요. 사이트 관리자에게 알려 주세요.`,
        too_many: "메시지를 너무 빨리 보내고 있어요. 잠시 뒤에 다시 보낼게요.",
        no_conversation: "아직 주고받은 대화가 없어요.",
        internal: "일시적인 문제가 생겼어요. 잠시 뒤에 다시 시도해 주세요.",
      },
    },
    en: {
      title: "OneCall help",
      greeting: "Hello! Ask about product certification, standards and product safety. Answers are in Korean.",
      starters: [
        ["Selling a power bank in Japan", "보조배터리를 일본에 팔려면 뭐가 필요해요?"],
        ["KS and KC: what is the difference?", "KS 인증과 KC 인증은 뭐가 달라요?"],
      ],
      productStarters: [
        ["Does this product need KC certification?", "이 제품 KC 인증 받아야 하나요?"],
        ["Selling this product in Japan", "이 제품 일본에 팔려면 뭐가 필요해요?"],
      ],
      about: (product) => `You are looking at: ${product}`,
      launch: "Open help chat",
      unread: (count) => `${count} new ${count === 1 ? "reply" : "replies"}`,
      close: "Close",
      menu: "Menu",
      menuFile: "Download conversation",
      menuErase: "Erase conversation",
      menuPerson: "Talk to a person",
      menuWithdraw: "Withdraw contact consent",
      log: "Messages",
      question: "Question",
      placeholder: "Write in Korean",
      send: "Send",
      hint: "Please leave out personal data such as registration numbers.",
      speakers: { visitor: "You", assistant: "OneCall", consultant: "Consultant" },
      basis: "Legal basis",
      sources: "Sources",
      checked: "Checked on",
      newWindow: "(new window)",
      choices: "Choices",
      ticket: "Ticket",
      due: (when) => `answer by ${when}`,
      ticketStates: { open: "Waiting", assigned: "With a consultant", answered: "Answered", closed: "Closed" },
      owners: {
        waiting: "Waiting for a consultant's answer.",
        consultant: "A consultant has joined.",
      },
      typing: { assistant: "Looking for an answer", consultant: "The consultant is writing" },
      rate: "Was this helpful?",
      up: "Yes, it helped",
      down: "No",
      comment: "Comment (optional)",
      sendComment: "Send comment",
      rated: "Thank you for telling us.",
      consent:
        "Your contact is used only to tell you of the answer, and is erased together with the conversation. May we " +
        "keep it? Until you agree, the message you sent is not stored.",
      agree: "Agree and send",
      disagree: "Do not send",
      withdraw: "Delete the contact you left and withdraw your consent?",
      withdrawYes: "Withdraw",
      withdrawn: "Your consent is withdrawn and the contact is deleted.",
      erase: "Erase the whole conversation? This cannot be undone, and an open ticket is withdrawn.",
      eraseYes: "Erase",
      cancel: "Cancel",
      erased: "The conversation is erased.",
      person: "상담사 연결",
      fileName: "OneCall conversation.txt",
      retry: "Try again",
      resend: "Send again",
      notSent: "Not sent yet. It will be sent when the connection is back.",
      errors: {
        unreached: "The connection is lost. Please check your network. Trying to reconnect.",
        origin_refused: (origin) => `The chat may not be used on this site (${origin}). Please tell the site's owner.`,
        too_many: "You are sending messages very fast. This one will be sent in a moment.",
        no_conversation: "There is no conversation yet.",
        internal: "Something went wrong. Please try again in a moment.",
      },
    },
  };

  // ---- styles -------------------------------------------------------------------------------------------------------

  /* An !important of :host outranks every rule of the page. `medium` is the reader's own font size, not the page's. */
  const STYLE = `
:host {
  all: initial !important;
  display: block !important;
  position: fixed !important;
  inset: auto 0 0 auto !important;
  z-index: 2147483000 !important;
  direction: ltr !important;
  unicode-bidi: isolate !important;
  font-size: medium !important;
}
:host([hidden]) { display: none !important; }
@media print { :host { display: none !important; } }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }

.root {
  color-scheme: light dark;
  --ground: #f4f7f8; --surface: #fff; --text: #17232c; --muted: #566572; --line: #d9e1e6; --edge: #74848f;
  --link: #0b5d7a; --consultant: #eaf5ec; --consultant-line: #2f6b3d; --alert: #a32a1f; --ticket: #fdf6e3;
  --ticket-line: #e4d3a1; --accent: #0b5d7a; --on-accent: #fff;
  color: var(--text);
  font: 1em/1.6 -apple-system, BlinkMacSystemFont, "Apple SD Gothic Neo", "Pretendard", "Malgun Gothic",
    "Noto Sans KR", "Noto Sans CJK KR", system-ui, sans-serif;
  text-align: left;
  word-break: keep-all;
  overflow-wrap: anywhere;
}
@media (prefers-color-scheme: dark) {
  .root {
    --ground: #10161a; --surface: #1a2328; --text: #e8eef1; --muted: #a3b3bd; --line: #2f3c44; --edge: #7b8b96;
    --link: #74c3e1; --consultant: #17291c; --consultant-line: #7cbf8b; --alert: #ff9c90; --ticket: #2b2617;
    --ticket-line: #574c2a;
  }
}
@media (prefers-contrast: more) {
  .root { --muted: var(--text); --line: var(--text); --edge: var(--text); --ticket-line: var(--text); --link: var(--text); }
}

h2, p, dl, dd, ul { margin: 0; padding: 0; }
ul { list-style: none; }
button, textarea { margin: 0; font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; box-shadow: 0 0 0 2px var(--surface); }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; border: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
svg { display: block; width: 1.5em; height: 1.5em; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }

.launcher {
  position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); right: 20px;
  display: grid; place-items: center; width: 3.75em; height: 3.75em; padding: 0;
  background: var(--accent); color: var(--on-accent); border: 2px solid #fff; border-radius: 50%;
  box-shadow: 0 0 0 1px rgb(0 0 0 / 30%), 0 4px 16px rgb(0 0 0 / 30%);
}
.launcher svg { width: 1.75em; height: 1.75em; }
.left .launcher { right: auto; left: 20px; }
.launcher:focus-visible { outline: 3px solid #17232c; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
.badge {
  position: absolute; top: -.4em; right: -.4em; min-width: 1.7em; padding: 0 .4em; border-radius: 1em;
  background: #a32a1f; color: #fff; border: 2px solid #fff; font-size: .8125em; line-height: 1.5; font-weight: 700;
}

.panel {
  position: fixed; bottom: 20px; right: 20px; display: flex; flex-direction: column; overflow: hidden;
  width: min(25em, 100vw - 40px); height: min(42em, 100vh - 40px); height: min(42em, 100dvh - 40px);
  background: var(--ground); border: 1px solid var(--edge); border-radius: 16px;
  box-shadow: 0 8px 40px rgb(0 0 0 / 30%);
  animation: rise .18s ease-out;
}
.left .panel { right: auto; left: 20px; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }

.bar {
  flex: none; display: flex; align-items: center; gap: 4px; padding: 8px 8px 8px 16px;
  background: var(--accent); color: var(--on-accent); border-bottom: 1px solid var(--line);
}
.bar h2 { flex: 1; min-width: 0; font-size: 1.0625em; line-height: 1.3; font-weight: 700; }
.icon { display: grid; place-items: center; width: 2.75em; height: 2.75em; padding: 0; background: none;
  border: 1px solid transparent; border-radius: 12px; }
.icon:hover { border-color: currentColor; }
.bar .icon:focus-visible { outline-color: currentColor; outline-offset: -3px; box-shadow: none; }

.menu { flex: none; display: grid; padding: 6px; background: var(--surface); border-bottom: 1px solid var(--line); }
.menu button { min-height: 2.75em; padding: 6px 12px; text-align: left; background: none; border: 0; border-radius: 8px; }
.menu button:hover { background: var(--ground); }
.menu button:focus-visible { outline-offset: -3px; box-shadow: none; }

.strip { flex: none; padding: 8px 16px; background: var(--ticket); border-bottom: 1px solid var(--ticket-line); }
.strip p { font-size: .875em; line-height: 1.5; }
.strip.joined { background: var(--consultant); border-color: var(--consultant-line); }
.trouble { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 8px 16px;
  background: var(--surface); border-bottom: 1px solid var(--line); color: var(--alert); }
.trouble p { flex: 1; min-width: 12em; font-size: .875em; line-height: 1.5; }

.scroller { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px; }
.scroller:focus-visible { outline-offset: -3px; box-shadow: none; }
.log { display: flex; flex-direction: column; align-items: flex-start; gap: 12px; }
.intro { display: grid; justify-items: start; gap: 8px; margin-bottom: 12px; }
.intro .about { color: var(--muted); font-size: .8125em; }
.message { max-width: 92%; padding: 10px 14px; background: var(--surface); border: 1px solid var(--line);
  border-radius: 16px; border-bottom-left-radius: 4px; }
.message > .text, .intro .text { font-size: .9375em; }
.pre { white-space: pre-wrap; }
.visitor { align-self: flex-end; max-width: 85%; background: var(--accent); color: var(--on-accent);
  border-radius: 16px; border-bottom-right-radius: 4px; }
.pending { border-style: dashed; }
.consultant { background: var(--consultant); border-color: var(--consultant-line); }
.speaker { font-size: .8125em; font-weight: 700; }
.consultant .speaker { color: var(--consultant-line); }
time { display: block; margin-top: 2px; font-size: .75em; color: var(--muted); }
.visitor time { color: inherit; text-align: right; }

.part + .part { margin-top: 10px; }
.part strong { font-weight: 700; }
.card { padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--ground); }
.card li + li { margin-top: 6px; }
.kind { display: inline-block; margin-left: 6px; padding: 0 7px; border: 1px solid var(--edge); border-radius: 1em;
  font-size: .8125em; white-space: nowrap; }
.card li p, .card p { color: var(--muted); font-size: .9333em; }
.rows { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 12px; line-height: 1.5; }
.rows dt { grid-column: 1; max-width: 7em; color: var(--muted); }
.rows dd { grid-column: 2; }
.card > p:first-child { color: var(--text); }
.card .rows { margin-top: 4px; }
.proof { margin-top: 10px; padding-top: 8px; border-top: 1px solid var(--line); }
.proof dt, .proof dd { font-size: .8125em; }
a { color: var(--link); text-decoration: underline; text-underline-offset: .2em; }

.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
.choices.candidates { flex-direction: column; align-items: flex-start; }
.choice, .button {
  min-height: 2.75em; padding: 6px 14px; text-align: left; line-height: 1.4; font-size: .9375em;
  background: var(--surface); color: var(--text); border: 1px solid var(--edge); border-radius: 12px;
}
.choice { color: var(--link); }
.choice:hover, .button:hover { border-color: var(--text); }
.button.main { background: var(--accent); color: var(--on-accent); border-color: var(--edge); font-weight: 700; }
.ticket { display: flex; flex-wrap: wrap; gap: 0 10px; margin-top: 10px; padding: 8px 12px; background: var(--ticket);
  border: 1px solid var(--ticket-line); border-radius: 10px; }
.ticket > * { font-size: .875em; }

.rating { margin-top: 10px; padding-top: 8px; border-top: 1px solid var(--line); }
.rating > p { font-size: .8125em; color: var(--muted); }
.rating .row, .asking .row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 6px; }
.rating .button { font-size: .8125em; padding: 4px 12px; }
.rating .button[aria-pressed="true"] { background: var(--accent); color: var(--on-accent); font-weight: 700; }
.rating form { margin-top: 8px; }
.rating label { font-size: .8125em; color: var(--muted); }
.rating textarea { display: block; width: 100%; min-height: 4em; margin: 2px 0 6px; }

.failure { align-self: flex-end; display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end;
  gap: 4px 10px; margin-top: -4px; color: var(--alert); }
.failure p { font-size: .8125em; }
.asking { align-self: stretch; padding: 12px 14px; background: var(--surface); border: 2px solid var(--edge);
  border-radius: 12px; }
.asking > p { font-size: .9375em; }
.notice { align-self: center; color: var(--muted); text-align: center; }
.notice p { font-size: .8125em; }

.typing { display: flex; align-items: center; gap: 8px; min-height: 1.75em; padding-top: 8px; color: var(--muted); }
.typing span { font-size: .8125em; }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--muted); animation: breathe 1.2s infinite; }
.typing i + i { animation-delay: .15s; margin-left: -4px; }
.typing i + i + i { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }

.composer { flex: none; display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: end; gap: 6px 8px;
  padding: 10px 12px max(8px, env(safe-area-inset-bottom)); background: var(--surface);
  border-top: 1px solid var(--line); }
textarea { padding: 9px 12px; background: var(--ground); color: var(--text); border: 1px solid var(--edge);
  border-radius: 12px; line-height: 1.5; resize: none; font-size: 1em; }
.composer textarea { min-height: 2.875em; max-height: min(8em, 25vh); }
textarea:focus-visible { outline-offset: -2px; outline-width: 2px; }
textarea::placeholder { color: var(--muted); opacity: 1; }
.composer .button { min-height: 2.875em; font-size: 1em; }
.hint { grid-column: 1 / -1; color: var(--muted); font-size: .75em; line-height: 1.4; }

@media (max-width: 479px), (max-height: 419px) {
  .panel, .left .panel { inset: 0; width: 100%; height: 100vh; height: var(--seen, 100dvh); border: 0; border-radius: 0; }
}
@media (max-height: 419px) { .hint { display: none; } .bar { padding-block: 2px; } }
@media (prefers-reduced-motion: reduce) { .panel, .typing i { animation: none; } }
@media (forced-colors: active) {
  .launcher, .button.main { border: 2px solid ButtonText; }
  :focus-visible, .launcher:focus-visible, .bar .icon:focus-visible { outline-color: Highlight; }
  .typing i { background: CanvasText; }
  .rating .button[aria-pressed="true"] { border: 3px solid Highlight; }
}
`;

  const ICONS = {
    chat: ["M21 12a8 8 0 0 1-8 8H4l2-3.500A8 8 0 1 1 21 12z", "M9.500 12l2.500 2.500 4-4.500"],
    close: ["M6 6l12 12", "M18 6L6 18"],
    menu: ["M5 7h14", "M5 12h14", "M5 17h14"],
  };

  // ---- small helpers ------------------------------------------------------------------------------------------------

  /** Makes an element of a tag, its class and its text; further arguments are put inside. */
  function make(tag, className = "", text = undefined, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    if (tag === "button") element.type = "button";
    element.append(...children);
    return element;
  }

  function button(className, text, onClick) {
    const element = make("button", className, text);
    element.addEventListener("click", onClick);
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    for (const line of ICONS[name]) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", line);
      svg.append(path);
    }
    return svg;
  }

  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  /** Returns a new UUID. randomUUID is there on https and localhost only. */
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /** Cuts a text to 300 characters, none of them in half. */
  const cut = (text) => Array.from(text ?? "").slice(0, 300).join("") || null;

  /** Returns `#rrggbb` of `#rgb` or `#rrggbb`, null of anything else. */
  function hexColor(given) {
    const [, digits] = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(given?.trim() ?? "") ?? [];
    if (!digits) return null;
    return `#${digits.length === 3 ? Array.from(digits, (one) => one + one).join("") : digits}`;
  }

  /** Returns black or white, whichever is easier to read on a colour (WCAG); the better one has at least 4.58 : 1. */
  function readableOn(color) {
    const [red, green, blue] = [1, 3, 5].map((place) => {
      const part = parseInt(color.slice(place, place + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
  }

  // ---- what the browser keeps ---------------------------------------------------------------------------------------

  const KEY = `onecall ${BASE} `;
  const OUTBOX = "outbox ";
  const OUTBOX_MS = 24 * 3600 * 1000;

  /** The visitor's token, unsent messages and ratings; in localStorage, or where that is forbidden until the page goes. */
  class Memory {
    #here = new Map();

    get(name) {
      if (this.#here.has(name)) return this.#here.get(name);
      try {
        return JSON.parse(localStorage.getItem(KEY + name));
      } catch {
        return null; // forbidden, or another program's value
      }
    }

    set(name, value) {
      try {
        localStorage.setItem(KEY + name, JSON.stringify(value));
        this.#here.delete(name);
      } catch {
        this.#here.set(name, value);
      }
    }

    remove(name) {
      this.#here.delete(name);
      try {
        localStorage.removeItem(KEY + name);
      } catch {
        // Nothing was kept there.
      }
    }

    #names() {
      try {
        const kept = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
        return new Set([...kept.map((key) => key.slice(KEY.length)), ...this.#here.keys()]);
      } catch {
        return new Set(this.#here.keys());
      }
    }

    /** Returns the unsent messages of all tabs, oldest first. Each has an entry of its own: no tab overwrites another's. */
    outbox() {
      const names = [...this.#names()].filter((name) => name.startsWith(OUTBOX));
      const messages = names.map((name) => this.get(name)).filter((one) => one?.id && typeof one.text === "string");
      for (const one of messages) if (Date.now() - one.at > OUTBOX_MS) this.remove(OUTBOX + one.id);
      return messages.filter((one) => Date.now() - one.at <= OUTBOX_MS).sort((one, other) => one.at - other.at);
    }

    has(id) {
      return this.get(OUTBOX + id) !== null;
    }

    keep(message) {
      this.set(OUTBOX + message.id, message);
    }

    /** Forgets a message that has arrived. */
    drop(id) {
      this.remove(OUTBOX + id);
    }

    /** Returns the visitor's token, if it looks like one. */
    get token() {
      const token = this.get("token");
      return typeof token === "string" && token.length <= 1000 ? token : null;
    }

    /** Forgets everything but the token. */
    clear() {
      for (const name of this.#names()) if (name !== "token") this.remove(name);
    }
  }

  // ---- the interface ------------------------------------------------------------------------------------------------

  const TIMEOUT_MS = 30_000;
  const SILENCE_MS = 40_000; // the server says something every 15 s

  /** What went wrong. `isPassing`: the same call may succeed later. */
  class Failure extends Error {
    constructor(status, code, message, retryAfter = 0) {
      super(message);
      Object.assign(this, { status, code, retryAfter });
    }

    get isPassing() {
      return [0, 401, 409, 429].includes(this.status) || this.status >= 500 || this.code === "origin_refused";
    }
  }

  class Service {
    constructor(memory, page) {
      Object.assign(this, { memory, page });
    }

    /** Begins or goes on with a visit; who asks meanwhile gets the same one. */
    arrive() {
      this.arriving ??= this.#arrive().finally(() => (this.arriving = null));
      return this.arriving;
    }

    /** One tab at a time, so that two that open at once are one visitor. */
    async #arrive() {
      const visit = async () => {
        const told = { visitor_token: this.memory.token, page: this.page() };
        const answer = await this.#json("visits", "POST", told, false);
        this.memory.set("token", answer.visitor_token);
        return answer;
      };
      try {
        return await (navigator.locks ? navigator.locks.request(KEY, visit) : visit());
      } catch (failure) {
        if (failure.status === 0 && (await this.#isThere())) throw new Failure(403, "origin_refused", "");
        throw failure;
      }
    }

    history = () => this.#known(() => this.#json("conversation", "GET"));
    rate = (id, score, comment) => this.#known(() => this.#json("ratings", "POST", { reply_id: id, score, comment }));
    consent = (given) => this.#known(() => this.#json("consent", "POST", { given }));
    erase = () => this.#known(() => this.#json("conversation", "DELETE"));
    file = () => this.#known(async () => (await this.#fetch("conversation/file", "GET")).blob());

    send({ id, text }) {
      const told = { message_id: id, text, page: this.page() };
      return this.#known(() => this.#json("messages", "POST", told));
    }

    /** Hands every event behind a cursor to `onEvent`; returns when the stream ends, or nothing is heard any more. */
    async listen(after, onEvent, signal) {
      const ended = new AbortController();
      const end = () => ended.abort();
      signal.addEventListener("abort", end);
      let silence = setTimeout(end, SILENCE_MS);
      try {
        const path = `events?after=${encodeURIComponent(after)}`;
        const response = await this.#known(() => this.#fetch(path, "GET", undefined, true, ended.signal));
        for await (const part of chunks(response.body.getReader())) {
          clearTimeout(silence);
          silence = setTimeout(end, SILENCE_MS);
          for (const event of part) onEvent(event);
        }
      } catch (failure) {
        if (failure instanceof Failure) throw failure;
        throw new Failure(0, "unreached", "");
      } finally {
        clearTimeout(silence);
        signal.removeEventListener("abort", end);
        ended.abort();
      }
    }

    /** A refused origin looks like a lost network, as its answer cannot be read; the script may be read by every site. */
    async #isThere() {
      try {
        await fetch(SCRIPT.src, { method: "HEAD", cache: "no-store", credentials: "omit" });
        return true;
      } catch {
        return false;
      }
    }

    /** Calls as a known visitor: arrives first where there is no token, and again where it is not valid any more. */
    async #known(call) {
      if (!this.memory.token) await this.arrive();
      try {
        return await call();
      } catch (failure) {
        if (failure.code !== "visitor_unknown") throw failure;
        await this.arrive();
        return call();
      }
    }

    async #json(path, method, body, isKnown = true) {
      const response = await this.#fetch(path, method, body, isKnown, AbortSignal.timeout(TIMEOUT_MS));
      if (response.status === 204) return null;
      try {
        return await response.json();
      } catch {
        throw new Failure(0, "unreached", "");
      }
    }

    async #fetch(path, method, body, isKnown = true, signal = undefined) {
      const headers = {};
      if (isKnown) headers.Authorization = `Bearer ${this.memory.token}`;
      if (body !== undefined) headers["Content-Type"] = "application/json";
      let response;
      try {
        const options = { method, headers, signal, credentials: "omit", cache: "no-store" };
        response = await fetch(BASE + path, { ...options, body: body === undefined ? undefined : JSON.stringify(body) });
      } catch {
        throw new Failure(0, "unreached", "");
      }
      if (response.ok) return response;
      const told = await response.json().catch(() => null);
      const retryAfter = Number(response.headers.get("Retry-After")) || 0;
      throw new Failure(response.status, told?.code ?? "internal", told?.message ?? "", retryAfter);
    }
  }

  /** Reads server-sent events: gives lists of {kind, id, data}, empty ones for signs of life. */
  async function* chunks(reader) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop();
      yield blocks.map(eventOf).filter((event) => event.data);
    }
  }

  function eventOf(block) {
    const event = { kind: "message", id: "", data: null };
    for (const line of block.split("\n")) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name === "event") event.kind = value;
      else if (name === "id") event.id = value;
      else if (name === "data") event.data = JSON.parse(value);
    }
    return event;
  }

  // ---- the text of a reply ------------------------------------------------------------------------------------------

  const MARKED = /^(■ |\[[^\]]+\])/m;
  const ROW = /^(?:· )?([^:]{1,20}): (.+)$/;

  /** Draws a text; the cards of products, schemes and certificates in it become cards, everything else stays as it is. */
  function body(line) {
    const isCard = line.role === "assistant" && (line.decision === "lookup" || MARKED.test(line.text));
    if (!isCard) return make("div", "text pre", line.text);
    return make("div", "text", undefined, ...line.text.split(/\n{2,}/).map(part));
  }

  function part(text) {
    const lines = text.split("\n");
    if (lines.some((one) => one.startsWith("■ "))) return overview(lines);
    const hasTitle = /^\[[^\]]+\]/.test(lines[0]);
    if (hasTitle || lines.filter((one) => ROW.test(one)).length > 2) return card(lines, hasTitle);
    return make("p", "part pre", text);
  }

  /** A product's schemes: "■ name (how binding)", and lines " - note" below each. */
  function overview(lines) {
    const box = make("div", "part card");
    const list = make("ul");
    for (const line of lines) {
      const [, name, kind] = /^■ (.+?)(?: \(([^()]+)\))?$/.exec(line) ?? [];
      if (name) list.append(make("li", "", undefined, make("strong", "", name), ...(kind ? [make("span", "kind", kind)] : [])));
      else if (list.lastChild) list.lastChild.append(make("p", "", line.replace(/^\s*- /, "")));
      else box.append(make("p", "", line));
    }
    box.append(list);
    return box;
  }

  function card(lines, hasTitle) {
    const box = make("div", "part card");
    let rows = null;
    for (const [place, line] of lines.entries()) {
      const [, name, value] = ROW.exec(line) ?? [];
      if (hasTitle && place === 0) box.append(make("strong", "", line.replace(/^\[([^\]]+)\]/, "$1")));
      else if (name) {
        if (!rows) box.append((rows = make("dl", "rows")));
        rows.append(make("dt", "", name), make("dd", "", undefined, linked(value)));
      } else {
        rows = null;
        box.append(make("p", "", line));
      }
    }
    return box;
  }

  const linked = (value) => (/^https?:\/\/\S+$/i.test(value) ? link(value, value, "") : value);

  function link(url, title, note) {
    if (!/^https?:\/\//i.test(url)) return title;
    const anchor = make("a", "", title || url);
    Object.assign(anchor, { href: url, target: "_blank", rel: "noopener noreferrer" });
    if (note) anchor.append(make("span", "unseen", ` ${note}`));
    return anchor;
  }

  // ---- what is seen -------------------------------------------------------------------------------------------------

  const RATED = new Set(["answer", "lookup"]); // decisions that a rating makes sense for
  const OPEN = new Set(["open", "assigned"]);
  let panels = 0;

  /** The button, the dialog and everything in it. What is clicked is told to `on`, which is the Chat. */
  class View {
    constructor(root, settings, on) {
      this.root = root;
      this.on = on;
      this.settings = settings;
      this.lang = settings.lang;
      this.words = TEXTS[settings.lang];
      this.day = new Intl.DateTimeFormat(this.lang, { dateStyle: "long" });
      this.clock = new Intl.DateTimeFormat(this.lang, { hour: "numeric", minute: "2-digit" });
      this.moment = new Intl.DateTimeFormat(this.lang, {
        timeZone: "Asia/Seoul", month: "long", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit",
        ...(this.lang === "ko" ? {} : { timeZoneName: "short" }),
      });
      this.lines = new Map(); // by id: what the server has
      this.pending = new Map(); // by message id: what it may not have yet
      this.#build();
      this.#listen();
    }

    // the parts

    #build() {
      const { title } = this.settings;
      const id = `onecall-title-${(panels += 1)}`;
      this.badge = set(make("span", "badge"), { "aria-hidden": "true" });
      this.badge.hidden = true;
      this.launcher = button("launcher", "", () => this.on.open());
      set(this.launcher, { "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": this.#launchLabel(0) });
      this.launcher.append(icon("chat"), this.badge);
      this.panel = set(make("div", "panel"), { role: "dialog", "aria-modal": "true", "aria-labelledby": id });
      this.panel.hidden = true;
      this.strip = set(make("div", "strip"), { role: "status" });
      this.strip.hidden = true;
      this.trouble = set(make("div", "trouble"), { role: "alert" });
      this.trouble.hidden = true;
      this.panel.append(this.#bar(id, title), this.#menu(), this.trouble, this.strip, this.#talk(), this.#composer());
      this.frame = make("div", `root ${this.settings.position}`, undefined, this.launcher, this.panel);
      set(this.frame, { role: "region", "aria-label": title, lang: this.lang });
      this.root.append(this.frame);
    }

    #bar(id, title) {
      const heading = make("h2", "", title);
      heading.id = id;
      this.menuButton = button("icon", "", () => this.showMenu(this.menu.hidden));
      set(this.menuButton, { "aria-label": this.words.menu, "aria-expanded": "false" }).append(icon("menu"));
      const close = button("icon", "", () => this.on.close());
      set(close, { "aria-label": this.words.close }).append(icon("close"));
      return make("div", "bar", undefined, heading, this.menuButton, close);
    }

    #menu() {
      const { words, on } = this;
      const choose = (action) => () => {
        this.showMenu(false);
        this.menuButton.focus();
        action();
      };
      this.withdrawButton = button("", words.menuWithdraw, choose(() => on.withdraw()));
      this.withdrawButton.hidden = true;
      this.menu = make("div", "menu", undefined,
        button("", words.menuPerson, choose(() => on.say(words.person))),
        button("", words.menuFile, choose(() => on.download())),
        button("", words.menuErase, choose(() => on.erase())),
        this.withdrawButton,
      );
      this.menu.hidden = true;
      return this.menu;
    }

    #talk() {
      this.intro = make("div", "intro");
      this.log = set(make("div", "log"), { role: "log", "aria-live": "polite", "aria-label": this.words.log });
      this.typing = set(make("div", "typing"), { role: "status" });
      this.scroller = make("div", "scroller", undefined, this.intro, this.log, this.typing);
      return set(this.scroller, { tabindex: "0", role: "group", "aria-label": this.words.log });
    }

    #composer() {
      const { words } = this;
      this.question = make("textarea");
      set(this.question, { rows: "1", maxlength: "2000", placeholder: words.placeholder, autocomplete: "off" });
      set(this.question, { enterkeyhint: "send", "aria-label": words.question });
      const send = button("button main", words.send, () => this.#send());
      this.composer = make("div", "composer", undefined, this.question, send, make("p", "hint", words.hint));
      this.controls = [this.question, send];
      return this.composer;
    }

    drawIntro() {
      const { product, greeting } = this.settings;
      const texts = product() ? this.words.productStarters : this.words.starters;
      this.intro.replaceChildren(make("div", "message text pre", greeting));
      if (product()) this.intro.append(make("p", "about", this.words.about(product())));
      this.intro.append(this.#choices(texts, "candidates"));
      this.#showStarters();
    }

    #showStarters() {
      const starters = this.intro.querySelector(".choices");
      if (starters) this.within(() => (starters.hidden = this.lines.size + this.pending.size > 0));
    }

    // keyboard and window

    #listen() {
      for (const kind of ["keydown", "keypress", "keyup"]) {
        // The page's own shortcuts must not be set off by what is written here.
        this.panel.addEventListener(kind, (event) => event.stopPropagation());
      }
      this.panel.addEventListener("keydown", (event) => this.#onKey(event));
      this.question.addEventListener("input", () => this.#fit());
      this.question.addEventListener("keydown", (event) => {
        // While a Hangul syllable is being composed, Enter only ends it (229 is what Safari says then).
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.#send();
      });
    }

    #onKey(event) {
      if (event.key === "Escape" && !event.isComposing) {
        event.preventDefault();
        if (this.menu.hidden) this.on.close();
        else this.showMenu(false);
      } else if (event.key === "Tab") {
        const places = this.#places();
        const end = event.shiftKey ? places[0] : places.at(-1);
        if (this.root.activeElement !== end) return;
        event.preventDefault();
        (event.shiftKey ? places.at(-1) : places[0]).focus();
      }
    }

    #places() {
      const all = this.panel.querySelectorAll("a[href], button, textarea, [tabindex='0']");
      return [...all].filter((one) => !one.disabled && one.getClientRects().length);
    }

    /** Fits the full-screen dialog of a phone above its keyboard; not while somebody magnifies. */
    fitWindow = () => {
      const { visualViewport: seen } = window;
      if (seen && seen.scale < 1.01) this.panel.style.setProperty("--seen", `${seen.height}px`);
    };

    /** Takes back the focus that got lost: the page behind the dialog is not to be reached by Tab. */
    catchFocus = (event) => {
      const { activeElement } = document;
      if (event.key !== "Tab" || this.panel.hidden || (activeElement && activeElement !== document.body)) return;
      event.preventDefault();
      this.focus();
    };

    /** Does something that may remove the focused element, and keeps the focus inside. */
    within(change) {
      const hadFocus = this.panel.contains(this.root.activeElement);
      change();
      const { activeElement } = this.root;
      if (hadFocus && !(activeElement && activeElement.getClientRects().length)) this.focus();
    }

    /** Goes where one writes; on a phone to the conversation, as the keyboard would cover it. */
    focus() {
      const canWrite = matchMedia("(pointer: fine)").matches && !this.question.disabled;
      (canWrite ? this.question : this.scroller).focus({ preventScroll: true });
    }

    show() {
      this.panel.hidden = false;
      this.launcher.hidden = true;
      this.launcher.setAttribute("aria-expanded", "true");
      this.setUnread(0);
      this.fitWindow();
      window.visualViewport?.addEventListener("resize", this.fitWindow);
      document.addEventListener("keydown", this.catchFocus);
      this.scroller.scrollTop = this.scroller.scrollHeight;
      this.focus();
    }

    hide() {
      this.showMenu(false);
      this.panel.hidden = true;
      this.launcher.hidden = false;
      this.launcher.setAttribute("aria-expanded", "false");
      window.visualViewport?.removeEventListener("resize", this.fitWindow);
      document.removeEventListener("keydown", this.catchFocus);
      this.launcher.focus();
    }

    get isOpen() {
      return !this.panel.hidden;
    }

    showMenu(isShown) {
      if (this.menu.hidden === !isShown) return;
      if (isShown) {
        this.menu.hidden = false;
        this.menu.querySelector("button").focus();
      } else {
        const hadFocus = this.menu.contains(this.root.activeElement);
        this.menu.hidden = true;
        if (hadFocus) this.menuButton.focus();
      }
      this.menuButton.setAttribute("aria-expanded", String(isShown));
    }

    #launchLabel(count) {
      const { words, settings } = this;
      return [`${settings.title}: ${words.launch}`, ...(count ? [words.unread(count)] : [])].join(", ");
    }

    setUnread(count) {
      this.badge.textContent = count > 9 ? "9+" : String(count);
      this.badge.hidden = !count;
      this.launcher.setAttribute("aria-label", this.#launchLabel(count));
    }

    // writing

    #send() {
      const text = this.question.value.trim();
      if (!text || this.question.disabled) return;
      this.question.value = "";
      this.#fit();
      this.on.say(text);
    }

    #fit() {
      this.question.style.height = "auto";
      this.question.style.height = `${this.question.scrollHeight + 2}px`;
    }

    /** Gives a text back to be changed, before what was being written since. */
    giveBack(text) {
      this.question.value = [text, this.question.value].filter(Boolean).join("\n");
      this.#fit();
      this.focus();
    }

    enable(isEnabled) {
      this.within(() => {
        for (const one of this.controls) one.disabled = !isEnabled;
      });
    }

    // the conversation

    /** Empties the conversation and draws another; a screen reader is not made to read all of it. */
    redraw(lines) {
      this.within(() => {
        this.log.setAttribute("aria-live", "off");
        this.log.replaceChildren();
        this.lines.clear();
        this.pending.clear();
        for (const line of lines) this.add(line);
        this.#showStarters();
        setTimeout(() => this.log.setAttribute("aria-live", "polite"));
      });
      this.scroller.scrollTop = this.scroller.scrollHeight;
    }

    /** Adds a message that the server has; returns false if it is there already. */
    add(line) {
      if (this.lines.has(line.id)) return false;
      const known = line.role === "visitor" ? this.pending.get(line.message_id) : undefined;
      if (known) {
        this.settle(line.message_id);
        this.pending.delete(line.message_id);
        // Its place: a reply may have been faster than the news of the question.
        known.dataset.line = line.id;
        this.lines.set(line.id, known);
        return true;
      }
      const element = this.#bubble(line);
      element.dataset.line = line.id;
      this.lines.set(line.id, element);
      this.#place(element, Number(line.id));
      this.#endChoices();
      this.#showStarters();
      this.#reveal(element);
      return true;
    }

    /** Puts a message where it belongs: by its id, and before what waits to be sent. */
    #place(element, id) {
      const isLater = (one) => (one.dataset.line ? Number(one.dataset.line) > id : one.classList.contains("pending"));
      const later = [...this.log.querySelectorAll(":scope > .message")].find(isLater);
      this.log.insertBefore(element, later ?? null);
    }

    #bubble(line) {
      const { words } = this;
      const element = make("div", `message ${line.role}`);
      const speaker = line.role === "consultant" ? "speaker" : "unseen";
      const text = set(body(line), this.lang === "ko" ? {} : { lang: "ko" });
      element.append(make("p", speaker, words.speakers[line.role]), text);
      const isReply = line.role === "assistant";
      if (isReply) element.append(...this.#proof(line), ...this.#ticket(line));
      const at = new Date(line.at);
      element.append(set(make("time", "", this.clock.format(at)), { datetime: at.toISOString() }));
      if (isReply) element.append(...this.#offers(line));
      if (isReply && RATED.has(line.decision)) element.append(this.#rating(line.id));
      return element;
    }

    #proof(line) {
      const { words } = this;
      const rows = [];
      if (line.legal_basis) rows.push([words.basis, [line.legal_basis]]);
      if (line.sources?.length) rows.push([words.sources, line.sources.map((one) => link(one.url, one.title, words.newWindow))]);
      if (line.checked_on) rows.push([words.checked, [this.day.format(new Date(`${line.checked_on}T00:00:00`))]]);
      if (!rows.length) return [];
      const list = make("dl", "proof rows");
      for (const [name, values] of rows) {
        list.append(make("dt", "", name));
        for (const value of values) list.append(set(make("dd", "", undefined, value), { lang: "ko" }));
      }
      return [list];
    }

    #ticket(line) {
      if (!line.ticket?.due_at) return [];
      const card = make("p", "ticket");
      card.dataset.ticket = line.ticket.id;
      const due = this.words.due(this.moment.format(new Date(line.ticket.due_at)));
      card.append(make("span", "", this.words.ticket), make("strong", "", line.ticket.id), make("span", "", due));
      card.append(make("span", "state"));
      return [card];
    }

    /** Candidates stay, for each is a whole question; quick replies fit this moment only (see #endChoices). */
    #offers(line) {
      const questions = line.decision === "clarify" ? (line.candidates ?? []).map((one) => one.question) : [];
      const quick = (line.quick_replies ?? []).filter((text) => !questions.includes(text));
      return [["candidates", questions], ["quick", quick]]
        .filter(([, texts]) => texts.length)
        .map(([name, texts]) => this.#choices(texts.map((text) => [text, text]), name));
    }

    #choices(texts, name) {
      const list = set(make("ul", `choices ${name}`), { "aria-label": this.words.choices });
      for (const [label, text] of texts) {
        const choice = button("choice", label, () => {
          this.focus();
          this.on.say(text);
        });
        if (label === text) choice.lang = "ko";
        list.append(make("li", "", undefined, choice));
      }
      return list;
    }

    #endChoices() {
      this.within(() => {
        const last = [...this.log.querySelectorAll(":scope > .message")].at(-1);
        for (const list of this.log.querySelectorAll(".quick")) if (!last.contains(list)) list.remove();
      });
    }

    /** Brings the end of the talk into view; a long answer is shown from its beginning. */
    #reveal(element) {
      const isLong = element.offsetHeight > this.scroller.clientHeight;
      const isLast = element === this.log.lastElementChild;
      this.scroller.scrollTop = isLong && isLast ? element.offsetTop - 8 : this.scroller.scrollHeight;
    }

    // what was written and may not have arrived

    showPending(message) {
      if (this.pending.has(message.id)) return;
      const element = this.#bubble({ role: "visitor", text: message.text, at: message.at });
      element.classList.add("pending");
      this.pending.set(message.id, element);
      this.log.append(element);
      this.#endChoices();
      this.#showStarters();
      this.#reveal(element);
    }

    /** Marks a message as arrived. It stays known by its message id until the server has told its place. */
    settle(id) {
      this.clearFailure(id);
      this.pending.get(id)?.classList.remove("pending");
    }

    forgetPending(id) {
      this.clearFailure(id);
      this.within(() => this.pending.get(id)?.remove());
      this.pending.delete(id);
      this.#showStarters();
    }

    /** Says under a message that it did not arrive; without `onRetry` it never will. */
    fail(id, text, onRetry) {
      this.clearFailure(id);
      const line = set(make("div", "failure", undefined, make("p", "", text)), { role: "alert" });
      if (onRetry) line.append(button("button", this.words.resend, onRetry));
      this.#below(id, line);
    }

    /** Asks below a message whether its contact may be kept. */
    askConsent(id, onAnswer) {
      const { words } = this;
      this.clearFailure(id);
      const row = make("div", "row", undefined,
        button("button main", words.agree, () => onAnswer(true)),
        button("button", words.disagree, () => onAnswer(false)),
      );
      this.#below(id, this.#asking(words.consent, row));
    }

    #below(id, element) {
      const bubble = this.pending.get(id);
      if (!bubble) return;
      element.dataset.below = id;
      bubble.after(element);
      this.#reveal(element);
    }

    clearFailure(id) {
      this.within(() => {
        for (const one of this.log.querySelectorAll("[data-below]")) if (one.dataset.below === id) one.remove();
      });
    }

    // questions to the visitor, notices, states

    #asking(text, row) {
      return set(make("div", "asking", undefined, make("p", "", text), row), { role: "group", "aria-label": text });
    }

    /** Asks once whether something is to be done. */
    confirm(text, yes, onYes) {
      this.log.querySelector(".confirm")?.remove();
      const end = () => this.within(() => box.remove());
      const agree = () => {
        end();
        onYes();
      };
      const row = make("div", "row", undefined,
        button("button main", yes, agree), button("button", this.words.cancel, end));
      const box = this.#asking(text, row);
      box.classList.add("confirm");
      this.log.append(box);
      this.#reveal(box);
      row.lastChild.focus();
    }

    notice(text) {
      this.log.querySelector(".notice")?.remove();
      const line = make("div", "notice", undefined, make("p", "", text));
      this.log.append(line);
      this.#reveal(line);
    }

    /** Says what is wrong with the connection; null: nothing. */
    setTrouble(text, onRetry) {
      if (this.trouble.hidden ? text === null : text === this.trouble.firstChild.textContent) return;
      this.within(() => {
        this.trouble.replaceChildren();
        this.trouble.hidden = text === null;
        if (text !== null) this.trouble.append(make("p", "", text), button("button", this.words.retry, onRetry));
      });
    }

    /** Shows who answers, and how the ticket stands. */
    setStanding({ owner, ticket }) {
      const { words } = this;
      const isShown = Boolean(ticket && ticket.state !== "closed");
      const parts = [];
      if (isShown) parts.push(`${words.ticket} ${ticket.id}`, words.ticketStates[ticket.state]);
      if (isShown && OPEN.has(ticket.state)) parts.push(words.due(this.moment.format(new Date(ticket.due_at))));
      const texts = [isShown && OPEN.has(ticket.state) ? words.owners[owner] : "", parts.join(" · ")].filter(Boolean);
      if (texts.join() !== [...this.strip.children].map((one) => one.textContent).join()) {
        this.strip.replaceChildren(...texts.map((text) => make("p", "", text)));
      }
      this.strip.hidden = !texts.length;
      this.strip.classList.toggle("joined", owner === "consultant" || ticket?.state === "answered");
      for (const one of this.log.querySelectorAll("[data-ticket]")) {
        if (one.dataset.ticket === ticket?.id) one.querySelector(".state").textContent = words.ticketStates[ticket.state];
      }
    }

    setTyping(who) {
      if (this.typing.dataset.who === (who ?? "")) return;
      this.typing.dataset.who = who ?? "";
      this.typing.replaceChildren();
      if (!who) return;
      const dots = [make("i"), make("i"), make("i")];
      this.typing.append(...dots, make("span", "", this.words.typing[who]));
      this.scroller.scrollTop = this.scroller.scrollHeight;
    }

    // ratings

    #rating(id) {
      const { words } = this;
      const box = set(make("div", "rating"), { role: "group", "aria-label": words.rate, "aria-live": "off" });
      const said = set(make("p"), { role: "status" });
      const buttons = ["up", "down"].map((score) => {
        const one = button("button", words[score], () => this.#rate(id, score, box));
        one.dataset.score = score;
        return set(one, { "aria-pressed": String(this.on.rated(id) === score) });
      });
      box.append(make("p", "", words.rate), make("div", "row", undefined, ...buttons), said);
      return box;
    }

    #rate(id, score, box) {
      this.on.rate(id, score, null, () => {
        for (const one of box.querySelectorAll("[data-score]")) {
          one.setAttribute("aria-pressed", String(one.dataset.score === score));
        }
        box.querySelector("form")?.remove();
        box.querySelector("[role=status]").textContent = "";
        box.append(this.#commentForm(id, score, box));
        box.scrollIntoView({ block: "nearest" });
      });
    }

    #commentForm(id, score, box) {
      const { words } = this;
      const text = set(make("textarea"), { maxlength: "500", rows: "2" });
      const send = button("button", words.sendComment, () => {
        this.on.rate(id, score, text.value.trim() || null, () => {
          box.querySelector("[role=status]").textContent = words.rated;
          this.within(() => form.remove());
        });
      });
      const form = make("form", "", undefined, make("label", "", words.comment, text), send);
      form.addEventListener("submit", (event) => event.preventDefault());
      return form;
    }
  }

  // ---- what happens -------------------------------------------------------------------------------------------------

  const PAUSE_MS = 1_000;
  const PAUSE_MAX_MS = 30_000;
  const HIDDEN_MS = 60_000; // a tab that nobody looks at stops listening after that
  const ADOPT_MS = 10_000; // a message that waits longer than that is sent by any tab
  const pause = (tries) => Math.min(PAUSE_MS * 2 ** tries, PAUSE_MAX_MS) * (0.75 + Math.random() / 2);

  class Chat {
    constructor(element, settings) {
      this.element = element;
      this.settings = settings;
      this.words = TEXTS[settings.lang];
      this.memory = new Memory();
      this.service = new Service(this.memory, settings.page);
      this.view = new View(element.shadowRoot, settings, this);
      this.cursor = "0-0"; // conversations erased, and the last message seen
      this.isDrawn = false;
      this.isSending = false;
      this.unread = 0;
      this.mine = new Set(); // messages that this tab has to send
      this.failures = 0; // of sending, one after another
      this.typing = null;
      this.link = null; // ends the connection when it is aborted
      this.hurry = () => {}; // ends the pause before the next try to connect
    }

    // opening and closing

    start() {
      this.ended = new AbortController();
      const { signal } = this.ended;
      addEventListener("online", () => this.retry(), { signal });
      addEventListener("offline", () => this.#trouble(new Failure(0, "unreached", "")), { signal });
      document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
      this.#listenOrNot();
    }

    end() {
      this.ended.abort();
      this.link?.abort();
      clearTimeout(this.sendTimer);
      clearTimeout(this.hiddenTimer);
    }

    open() {
      if (this.view.isOpen) return;
      this.unread = 0;
      this.view.drawIntro();
      this.view.show();
      this.#tell("open");
      this.#listenOrNot();
    }

    close() {
      if (!this.view.isOpen) return;
      this.view.hide();
      this.#tell("close");
      this.#listenOrNot();
    }

    /** Tells the page what happens; never what is said. */
    #tell(name, detail = {}) {
      this.element.dispatchEvent(new CustomEvent(`onecall-${name}`, { bubbles: true, composed: true, detail }));
    }

    #onVisibility() {
      clearTimeout(this.hiddenTimer);
      if (document.hidden) this.hiddenTimer = setTimeout(() => this.#listenOrNot(), HIDDEN_MS);
      else this.#listenOrNot();
    }

    /** Listens while the dialog is open, a message waits, or a consultant's answer may come: the button then shows it. */
    #listenOrNot() {
      const hasReason = this.view.isOpen || this.memory.get("waits") === true || this.memory.outbox().some((one) => !one.isHeld);
      const isWanted = hasReason && !document.hidden;
      if (isWanted && !this.link) this.#connect();
      else if (!isWanted && this.link) this.#disconnect();
    }

    // the connection

    #disconnect() {
      this.link.abort();
      this.link = null;
      this.hurry();
    }

    async #connect() {
      this.link = new AbortController();
      const { signal } = this.link;
      for (let tries = 0; !signal.aborted; tries += 1) {
        try {
          if (!this.isDrawn) await this.#restore();
          await this.service.listen(this.cursor, (event) => {
            tries = 0;
            this.#hear(event, signal);
          }, signal);
          // The server ends it when it stops; another copy, or the next start, goes on.
        } catch (failure) {
          if (signal.aborted) return;
          if (failure.code === "visitor_unknown") this.isDrawn = false;
          this.#trouble(failure);
        }
        this.#setTyping(null);
        await this.#rest(pause(tries));
      }
    }

    #rest(duration) {
      return new Promise((done) => {
        const timer = setTimeout(done, duration);
        this.hurry = () => {
          clearTimeout(timer);
          done();
        };
      });
    }

    #trouble(failure) {
      const { errors } = this.words;
      if (failure.code === "origin_refused") this.view.enable(false);
      this.view.setTrouble(this.#sentence(failure, errors.internal), () => this.retry());
    }

    #calm() {
      this.view.setTrouble(null);
      this.view.enable(true);
    }

    #sentence(failure, otherwise) {
      const { errors } = this.words;
      if (failure.code === "origin_refused") return errors.origin_refused(location.origin);
      if (Object.hasOwn(errors, failure.code)) return errors[failure.code];
      return (this.settings.lang === "ko" && failure.message) || otherwise;
    }

    /** Tries everything again at once that waits for another try. */
    retry() {
      this.hurry();
      this.#flush();
    }

    /** Draws the visitor's conversation as the server has it, and what it does not have yet. */
    async #restore() {
      const visit = await this.service.arrive();
      const shown = await this.service.history();
      this.#consented(visit.has_consented);
      this.cursor = shown.cursor;
      this.view.redraw(shown.messages);
      for (const line of shown.messages) if (line.message_id) this.memory.drop(line.message_id);
      for (const message of this.memory.outbox()) {
        this.mine.add(message.id);
        this.#showPending(message);
      }
      this.#stand({ owner: "assistant", ticket: visit.open_ticket });
      this.isDrawn = true;
      this.#calm();
      this.#flush();
    }

    #hear({ kind, id, data }, signal) {
      if (signal.aborted) return;
      this.#calm();
      if (kind === "erased" && Number(id.split("-")[0]) > this.#erasures) this.#empty();
      if (id) this.cursor = id;
      if (kind === "state") {
        this.#stand(data);
        this.#setTyping(data.typing);
      } else if (kind === "message") this.#take(data);
    }

    #take(line) {
      if (line.message_id) this.memory.drop(line.message_id);
      if (!this.view.add(line) || line.role === "visitor") return;
      this.#tell("message", { id: line.id, role: line.role, decision: line.decision ?? null });
      if (this.view.isOpen) return;
      this.unread += 1;
      this.view.setUnread(this.unread);
    }

    #stand(standing) {
      this.view.setStanding(standing);
      const waits = standing.owner !== "assistant" || OPEN.has(standing.ticket?.state);
      if (waits) this.memory.set("waits", true);
      else this.memory.remove("waits");
    }

    #setTyping(who) {
      this.typing = who;
      this.view.setTyping(this.isSending ? (who ?? "assistant") : who);
    }

    // sending

    say(text) {
      const message = { id: newId(), text, at: Date.now() };
      this.mine.add(message.id);
      this.memory.keep(message);
      this.#showPending(message);
      this.#flush();
    }

    #showPending(message) {
      this.view.showPending(message);
      if (message.isHeld) this.view.askConsent(message.id, (given) => this.#answerConsent(message, given));
    }

    /** Sends what waits, one by one in order, each until it has arrived: its id keeps it from being taken twice. */
    async #flush() {
      if (this.isSending) return;
      clearTimeout(this.sendTimer);
      this.isSending = true;
      for (let message; (message = this.#next()); ) {
        this.view.showPending(message);
        this.view.clearFailure(message.id);
        this.#setTyping(this.typing);
        try {
          this.#arrived(message, await this.service.send(message));
          this.failures = 0;
        } catch (failure) {
          if (this.#isHereToStay(message, failure)) break;
        }
      }
      this.isSending = false;
      this.#setTyping(this.typing);
      this.#listenOrNot();
    }

    #arrived(message, reply) {
      if (this.#isSettled(message)) return;
      if (reply.consent_needed) {
        const held = { ...message, isHeld: true };
        this.memory.keep(held);
        this.#showPending(held);
        return;
      }
      this.memory.drop(message.id);
      this.view.settle(message.id);
      if (reply.ticket) this.memory.set("waits", true);
      if (reply.reply_id && reply.text) {
        this.#take({ ...reply, id: reply.reply_id, role: "assistant", at: Date.now() });
      }
    }

    /** The message to send next: this tab's own, or one that another tab has left behind. */
    #next() {
      const isLeft = (one) => this.mine.has(one.id) || Date.now() - one.at > ADOPT_MS;
      return this.memory.outbox().find((one) => !one.isHeld && isLeft(one));
    }

    /** Says whether the server has a message, as its news has told, or it was erased. */
    #isSettled({ id }) {
      return !this.memory.has(id) && !this.view.pending.has(id);
    }

    /** Shows that a message did not arrive; says whether it waits for another try. */
    #isHereToStay(message, failure) {
      if (this.#isSettled(message)) return false;
      if (!failure.isPassing) {
        this.memory.drop(message.id);
        this.view.fail(message.id, this.#sentence(failure, this.words.errors.internal));
        return false;
      }
      const waitMs = Math.max(failure.retryAfter * 1000, pause(failure.status === 409 ? 0 : this.failures));
      this.failures += 1;
      this.sendTimer = setTimeout(() => this.#flush(), waitMs);
      if (failure.status === 409) return true; // another tab is sending it
      const text = failure.status === 0 ? this.words.notSent : this.#sentence(failure, this.words.notSent);
      this.view.fail(message.id, text, () => this.retry());
      if (failure.code === "origin_refused" || failure.status === 0) this.#trouble(failure);
      return true;
    }

    // consent, ratings, erasing, keeping

    #consented(isGiven) {
      this.view.withdrawButton.hidden = !isGiven;
    }

    #answerConsent(message, isGiven) {
      if (!isGiven) {
        this.memory.drop(message.id);
        this.view.forgetPending(message.id);
        this.view.giveBack(message.text);
        return;
      }
      this.#attempt(async () => {
        await this.service.consent(true);
        this.#consented(true);
        this.view.clearFailure(message.id);
        this.memory.keep({ ...message, isHeld: false });
        this.#flush();
      });
    }

    withdraw() {
      const { words } = this;
      const withdraw = async () => {
        await this.service.consent(false);
        this.#consented(false);
        this.view.notice(words.withdrawn);
      };
      this.view.confirm(words.withdraw, words.withdrawYes, () => this.#attempt(withdraw));
    }

    rated(id) {
      return this.memory.get("rated")?.[id] ?? null;
    }

    rate(id, score, comment, onDone) {
      this.#attempt(async () => {
        await this.service.rate(id, score, comment);
        this.memory.set("rated", { ...this.memory.get("rated"), [id]: score });
        onDone();
      });
    }

    get #erasures() {
      return Number(this.cursor.split("-")[0]);
    }

    erase() {
      const { words } = this;
      const erase = async () => {
        const before = this.#erasures;
        await this.service.erase();
        this.memory.clear();
        if (this.#erasures === before) this.cursor = `${before + 1}-0`; // else the news was faster
        this.#empty();
      };
      this.view.confirm(words.erase, words.eraseYes, () => this.#attempt(erase));
    }

    /** Shows that everything is erased. What the browser keeps is cleared by the tab that asked for it. */
    #empty() {
      this.unread = 0;
      this.view.setUnread(0);
      this.view.redraw([]);
      this.view.drawIntro();
      this.#stand({ owner: "assistant", ticket: null });
      this.view.notice(this.words.erased);
    }

    download() {
      this.#attempt(async () => {
        const url = URL.createObjectURL(await this.service.file());
        Object.assign(document.createElement("a"), { href: url, download: this.words.fileName }).click();
        setTimeout(() => URL.revokeObjectURL(url), 10_000);
      });
    }

    /** Does what was asked for by a click, or says in the conversation why it did not work. */
    async #attempt(action) {
      try {
        await action();
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        this.view.notice(this.#sentence(failure, this.words.errors.internal));
      }
    }
  }

  // ---- the element --------------------------------------------------------------------------------------------------

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  /** `<onecall-chat>`: its attributes are those of the script tag. */
  class OneCallChat extends HTMLElement {
    #chat = null;

    connectedCallback() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.replaceChildren();
      root.adoptedStyleSheets = [sheet, ...this.#colors()];
      this.#chat = new Chat(this, this.#settings());
      this.#chat.start();
      // In the top layer nothing of the page lies above it, moves it or makes it fade.
      this.popover = "manual";
      this.showPopover?.();
    }

    disconnectedCallback() {
      this.#chat.end();
    }

    open() {
      this.#chat.open();
    }

    close() {
      this.#chat.close();
    }

    #colors() {
      const color = hexColor(this.dataset.color);
      if (!color) return [];
      const own = new CSSStyleSheet();
      own.replaceSync(`.root { --accent: ${color}; --on-accent: ${readableOn(color)}; }`);
      return [own];
    }

    #settings() {
      const given = this.dataset;
      const lang = given.lang === "en" ? "en" : "ko";
      return {
        lang,
        position: given.position === "left" ? "left" : "right",
        title: given.title || TEXTS[lang].title,
        greeting: given.greeting || TEXTS[lang].greeting,
        product: () => given.contextProduct ?? "",
        // The address goes without what stands behind "?": it may name a person.
        page: () => ({
          url: cut(location.origin + location.pathname),
          title: cut(document.title),
          product: cut(given.contextProduct),
          category: cut(given.contextCategory),
        }),
      };
    }
  }

  customElements.define("onecall-chat", OneCallChat);

  function place() {
    if (document.querySelector("onecall-chat")) return;
    const element = document.createElement("onecall-chat");
    Object.assign(element.dataset, SCRIPT.dataset);
    document.body.append(element);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
})();

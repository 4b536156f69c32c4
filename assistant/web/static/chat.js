/* The conversation: sends what is written, one message at a time, and asks for a consultant's answers. */

import { history, rate, sayTyping, send } from "./api.js";
import { newId, recall, remember } from "./memory.js";
import * as view from "./view.js";

const POLL_MS = 5_000;
const LIVE_POLL_MS = 2_000;
const SLOW_POLL_MS = 30_000;
const TYPING_MS = 3_000;
const SLOW_AFTER_MS = 10 * 60_000;
const CONFLICT_WAIT_MS = 1_000;
const CONFLICT_TRIES = 3;
const WAITING = "상담사의 답변을 기다리고 있어요. 새 대화를 시작하면 이 창에서는 그 답변을 볼 수 없어요. 시작할까요?";

const composer = document.getElementById("composer");
const question = document.getElementById("question");
const hasKeyboard = matchMedia("(pointer: fine)");

const chat = {
  conversation: null, // its id; null before the first reply
  outbox: [], // messages without a reply: {id, text, element, isRestored, hasFailed}
  owner: "bot", // who answers: bot, queue (a ticket is open) or human
  lastId: 0, // of the newest message that polling has seen
  lastWord: 0, // when something was last said
  isSending: true, // also until the stored conversation is drawn
  timer: 0,
  saidTyping: 0, // when the server was last told that something is being written
  generation: 0, // grows with "new conversation": what was under way belongs to an older one
};

const save = () => remember(chat.conversation, chat.outbox);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function submit(written) {
  const text = written.trim();
  if (!text) return;
  const message = { id: newId(), text, element: view.showVisitor(text) };
  chat.outbox.push(message);
  save();
  flush();
  if (hasKeyboard.matches) question.focus();
}

/** Sends what waits, in order; a message that failed waits for its button or for the network. */
async function flush() {
  if (chat.isSending) return;
  const { generation } = chat;
  chat.isSending = true;
  for (let message; (message = chat.outbox.find((one) => !one.hasFailed)); ) {
    view.setTyping(true);
    await deliver(message, generation);
    if (generation !== chat.generation) return;
  }
  view.setTyping(false);
  chat.isSending = false;
  schedulePoll();
}

async function deliver(message, generation) {
  try {
    const reply = await sendPatiently(message, generation);
    if (generation === chat.generation) await receive(message, reply);
  } catch (failure) {
    if (generation === chat.generation) fail(message, failure);
  }
}

/** Sends a message; one that is already being worked on is asked for again, a lost conversation begun anew. */
async function sendPatiently(message, generation) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send(chat.conversation, message);
    } catch (failure) {
      if (generation !== chat.generation || tries > CONFLICT_TRIES) throw failure;
      if (failure.isLost && chat.conversation) forget();
      else if (failure.status === 409) await wait(CONFLICT_WAIT_MS);
      else throw failure;
    }
  }
}

async function receive(message, reply) {
  chat.outbox = chat.outbox.filter((one) => one !== message);
  chat.conversation = reply.conversation_id;
  chat.lastWord = Date.now();
  if (reply.ticket || reply.decision === "hand_off") chat.owner = "queue";
  save();
  // A message left over from before a reload may be in the drawn history already, with or without its reply.
  if (message.isRestored && (await restore())) return;
  view.clearFailure(message.element);
  view.showReply(reply, submit);
}

function fail(message, failure) {
  if (!failure.canRetry) {
    chat.outbox = chat.outbox.filter((one) => one !== message);
    save();
    view.showFailure(message.element, failure.message);
    return;
  }
  message.hasFailed = true;
  view.showFailure(message.element, failure.message, () => retry(message));
}

function retry(message) {
  message.hasFailed = false;
  view.clearFailure(message.element);
  flush();
}

function forget() {
  Object.assign(chat, { conversation: null, owner: "bot", lastId: 0 });
  save();
}

/** Draws the stored conversation; false if it could not be had. */
async function restore() {
  const { generation } = chat;
  try {
    const { owner, messages } = await history(chat.conversation, 0);
    if (generation !== chat.generation) return true;
    const unanswered = view.showHistory(messages, submit, chat.outbox[0]?.text, rateMessage);
    Object.assign(chat, { owner, lastId: messages.at(-1)?.id ?? 0, lastWord: Date.now() });
    drawOutbox(unanswered);
    return true;
  } catch (failure) {
    if (failure.status >= 400 && failure.status < 500) forget();
    else view.showNotice("이전 대화를 불러오지 못했어요. 새로 고침하면 다시 불러와요.");
    return false;
  }
}

function drawOutbox(unanswered) {
  for (const [place, message] of chat.outbox.entries()) {
    message.element = (place === 0 && unanswered) || view.showVisitor(message.text);
    if (message.hasFailed) fail(message, { canRetry: true, message: "아직 보내지 못했어요." });
  }
}

function schedulePoll(soon = false) {
  clearTimeout(chat.timer);
  if (!chat.conversation || chat.owner === "bot" || document.hidden) return;
  const isQuiet = Date.now() - chat.lastWord > SLOW_AFTER_MS;
  const pause = isQuiet ? SLOW_POLL_MS : chat.owner === "human" ? LIVE_POLL_MS : POLL_MS;
  chat.timer = setTimeout(poll, soon ? 0 : pause);
}

/** Takes up what a consultant has answered; everything else was drawn when it was said. */
async function poll() {
  const { generation, conversation } = chat;
  try {
    const { owner, typing, messages } = await history(conversation, chat.lastId);
    if (generation !== chat.generation) return;
    for (const message of messages) {
      if (message.role === "consultant" && message.id > chat.lastId) {
        view.showConsultant(message, rateMessage);
        chat.lastWord = Date.now();
      }
      chat.lastId = Math.max(chat.lastId, message.id);
    }
    if (typing) chat.lastWord = Date.now();
    if (!chat.isSending) view.setTyping(Boolean(typing), "상담사가 쓰고 있어요");
    chat.owner = owner;
  } catch {
    // The next poll may get through.
  }
  schedulePoll();
}

/** Rates a consultant's answer; says whether it was stored. */
async function rateMessage(message, score) {
  try {
    await rate(chat.conversation, message, score);
    return true;
  } catch {
    return false;
  }
}

/** Lets the consultant see that the visitor is writing. */
function tellTyping() {
  const isDue = Date.now() - chat.saidTyping > TYPING_MS;
  if (chat.owner === "bot" || !chat.conversation || !isDue || !question.value.trim()) return;
  chat.saidTyping = Date.now();
  sayTyping(chat.conversation).catch(() => {});
}

function restart() {
  if (chat.owner !== "bot" && !confirm(WAITING)) return;
  clearTimeout(chat.timer);
  chat.generation += 1;
  Object.assign(chat, { outbox: [], isSending: false });
  forget();
  view.setTyping(false);
  view.clear();
  question.focus();
}

function sendWritten() {
  const text = question.value;
  question.value = "";
  fit();
  submit(text);
}

function fit() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

function listen() {
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    sendWritten();
  });
  question.addEventListener("input", fit);
  question.addEventListener("input", tellTyping);
  question.addEventListener("keydown", (event) => {
    // While a Hangul syllable is being composed, Enter only ends it (229 is what Safari says then).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    sendWritten();
  });
  for (const button of document.querySelectorAll(".examples .choice")) {
    button.addEventListener("click", () => submit(button.textContent));
  }
  document.getElementById("restart").addEventListener("click", restart);
  document.addEventListener("visibilitychange", () => schedulePoll(true));
  addEventListener("online", () => chat.outbox.filter((one) => one.hasFailed).forEach(retry));
}

async function start() {
  const { conversation, outbox } = recall();
  chat.conversation = conversation;
  chat.outbox = outbox.map(({ id, text }) => ({ id, text, isRestored: true }));
  listen();
  if (!conversation || !(await restore())) drawOutbox(null);
  if (hasKeyboard.matches) question.focus();
  chat.isSending = false;
  await flush();
}

start();

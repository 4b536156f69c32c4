/* Opens the conversation of a mail's link: it becomes the one that the chat page shows on this device. */

import { recall, remember } from "./memory.js";

const button = document.getElementById("open");
const said = document.getElementById("said");
const before = recall();

document.getElementById("replaces").hidden = !before.conversation;
button.addEventListener("click", open);

async function open() {
  button.disabled = true;
  said.textContent = "";
  try {
    const response = await fetch(location.pathname, { method: "POST" });
    const answer = await response.json();
    if (response.ok) return show(answer.conversation_id);
    said.textContent = answer.message ?? said.dataset.away;
  } catch {
    said.textContent = said.dataset.away;
  }
  button.disabled = false;
}

function show(conversation) {
  const isSame = before.conversation === conversation;
  remember(conversation, isSame ? before.outbox : []);
  location.replace("/");
}

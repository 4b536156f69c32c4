/* Writes this server's address into the line to copy, and copies it. */

const line = document.getElementById("line");
const copy = document.getElementById("copy");
const copied = document.getElementById("copied");

line.textContent = line.textContent.replace("/widget.js", new URL("/widget.js", location.href).href);
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(line.textContent);
    copied.textContent = "복사했어요.";
  } catch {
    copied.textContent = "복사하지 못했어요. 위의 줄을 직접 골라 복사해 주세요.";
  }
});

// The months are asked for by address: the page's policy lets no form be sent, and without a script the links do.

const form = document.getElementById("range");
const [from, to] = [form.elements.from, form.elements.to];

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [first, last] = [from.value, to.value].sort();
  location.search = new URLSearchParams({ from: first, to: last }).toString();
});

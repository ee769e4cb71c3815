// Small things to build elements with.

/** byId returns an element of the page. */
export const byId = (id) => document.getElementById(id);

/** make builds an element: make("p", { className: "x", onclick }, "text", child). */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** copyText puts a text on the clipboard and lets the button say so for a while. */
export async function copyText(button, text) {
  const was = button.dataset.label ?? button.textContent;
  button.dataset.label = was;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed"; // no HTTPS, or the browser refuses
  }
  setTimeout(() => (button.textContent = was), 1600);
}

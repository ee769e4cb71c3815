// A textarea that colours what is in it and knows what Tab and Enter mean in code.

const indent = "  ";

/**
 * editor makes a textarea an editor. The coloured copy lies behind it; onChange
 * hears of every change, onRun of Ctrl+Enter or Cmd+Enter.
 */
export function editor(area, copy, colour, { onChange = () => {}, onRun = () => {} } = {}) {
  let leaving = false; // after Escape, Tab moves on as it does everywhere else

  const show = () => {
    // A last empty line has no height in the copy without something in it.
    colour(copy, area.value.endsWith("\n") || area.value === "" ? `${area.value} ` : area.value);
    follow();
  };
  const follow = () => {
    copy.scrollTop = area.scrollTop;
    copy.scrollLeft = area.scrollLeft;
  };

  area.addEventListener("input", () => {
    show();
    onChange(area.value);
  });
  area.addEventListener("scroll", follow);
  area.addEventListener("blur", () => (leaving = false));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    } else if (event.key === "Escape") {
      leaving = true;
      return;
    } else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      event.shiftKey ? outdentLines(area) : indentLines(area);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      newLine(area);
    } else if ((event.key === "}" || event.key === "]") && /^[ ]+$/.test(lineBefore(area))) {
      event.preventDefault();
      closing(area, event.key);
    }
    if (event.key !== "Shift") leaving = false;
  });

  return {
    get value() {
      return area.value;
    },
    set value(text) {
      area.value = text;
      area.scrollTop = area.scrollLeft = 0;
      show();
    },
    /** goTo puts the cursor at a line and a column, both counted from 1. */
    goTo(line, column) {
      const before = area.value.split("\n").slice(0, line - 1);
      const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
      area.focus();
      area.setSelectionRange(at, at);
      area.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(area).lineHeight));
    },
    focus: () => area.focus(),
    get position() {
      return area.selectionStart;
    },
  };
}

/** insert replaces a range, so that undo still works. */
function insert(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input"));
  }
}

function lineBefore(area) {
  const before = area.value.slice(0, area.selectionStart);
  return before.slice(before.lastIndexOf("\n") + 1);
}

function newLine(area) {
  const before = lineBefore(area);
  const margin = before.match(/^ */)[0];
  const opens = /[{([]\s*$/.test(before);
  const closes = /^[ \t]*[})\]]/.test(area.value.slice(area.selectionEnd));
  insert(area, `\n${margin}${opens ? indent : ""}`);
  if (opens && closes) {
    const at = area.selectionStart;
    insert(area, `\n${margin}`);
    area.setSelectionRange(at, at);
  }
}

function closing(area, bracket) {
  const from = area.selectionStart - Math.min(indent.length, lineBefore(area).length);
  insert(area, bracket, from, area.selectionEnd);
}

/** lines returns where the selected lines begin and end, and their text. */
function lines(area) {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", selectionEnd);
  const to = next < 0 ? value.length : next;
  return { from, to, text: value.slice(from, to) };
}

function indentLines(area) {
  if (area.selectionStart === area.selectionEnd) {
    insert(area, indent);
    return;
  }
  const { from, to, text } = lines(area);
  const moved = text.replace(/^/gm, indent);
  insert(area, moved, from, to);
  area.setSelectionRange(from, from + moved.length);
}

function outdentLines(area) {
  const { from, to, text } = lines(area);
  const moved = text.replace(/^ {1,2}/gm, "");
  if (moved === text) return;
  const start = Math.max(from, area.selectionStart - indent.length);
  const single = area.selectionStart === area.selectionEnd;
  insert(area, moved, from, to);
  area.setSelectionRange(single ? start : from, single ? start : from + moved.length);
}

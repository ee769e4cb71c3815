// A few signs, drawn for this page. They never stand alone: words say the same.

const paths = {
  search: "M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4-1.5 3.5 3.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "m2.5 8.5 3.5 3.5 7.5-8",
  cross: "m3.5 3.5 9 9m0-9-9 9",
  warn: "M8 2 1.5 13.5h13zM8 6.5v3m0 2v.1",
  info: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 7.3v3.9M8 4.8v.1",
  down: "m4 6 4 4 4-4",
  left: "m10 3.5-4.5 4.5 4.5 4.5",
  right: "m6 3.5 4.5 4.5-4.5 4.5",
  arrow: "M2.5 8h11M9 3.5 13.5 8 9 12.5",
  out: "M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13.5 2.5 7.5 8.5",
  up: "M8 13.5v-11M3.5 7 8 2.5 12.5 7",
  minus: "M3 8h10",
  plus: "M3 8h10M8 3v10",
  clock: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.5V8l2.5 1.5",
  person: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6c.500-3 2.5-4.5 5.5-4.5s5 1.5 5.5 4.5",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  box: "M8 1.5 2.5 4.5v7L8 14.5l5.5-3v-7zM2.5 4.5 8 7.5l5.5-3M8 7.5v7",
  branch:
    "M4.5 5v6M4.5 5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm0 9a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm7-7.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm0 0c0 3-7 1.5-7 4.5",
  commit: "M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 8h4m5 0h4",
  rocket:
    "M9.5 10.5 5.5 6.5C7 3.5 9.5 2 13.5 2.5c.500 4-1 6.5-4 8ZM5.5 6.5l-3 .500 2-3 2 .500m3 6-.500 3 3-2-.500-2",
  gear: "M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 1.5v2m0 9v2M1.5 8h2m9 0h2M3.400 3.400l1.400 1.400m6.400 6.400 1.400 1.400m0-9.200-1.400 1.400m-6.400 6.400-1.400 1.400",
  replay: "M3 8a5 5 0 1 0 1.5-3.5L2.5 6.5m0-4v4h4",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}

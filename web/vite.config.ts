import { defineConfig } from "vitest/config";

export default defineConfig({
  esbuild: { jsx: "automatic" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the policy of the page lets nothing in that is not a file of its own
    modulePreload: { polyfill: false }, // it would be an inline script
    rollupOptions: {
      output: { experimentalMinChunkSize: 8_000 }, // what is small is not worth a request of its own
      onwarn(warning, warn) {
        // "use client" means nothing in a page that has no server side.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  server: {
    // A server that runs already: `make demo`, then `npm run dev`.
    proxy: Object.fromEntries(
      ["/graphql", "/session", "/playground"].map((path) => [
        path,
        { target: process.env.LANDFALL_HOST ?? "http://127.0.0.1:8080", changeOrigin: true },
      ]),
    ),
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});

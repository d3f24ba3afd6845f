/** Vite bundles what is imported so; TypeScript only has to know that it may be. */
declare module '*.css';

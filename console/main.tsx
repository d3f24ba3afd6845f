import './style/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { applyTheme } from './theme.ts';

applyTheme();
const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
createRoot(root).render(<App />);

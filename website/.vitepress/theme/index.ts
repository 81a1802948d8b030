/* The theme as it is, but for its fonts: those of the system serve, and nothing is loaded. */
import DefaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

export default DefaultTheme;

import { themeSwitch } from "../shell/theme.ts";
themeSwitch();

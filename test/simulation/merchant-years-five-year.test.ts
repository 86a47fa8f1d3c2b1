import { describeYears } from "../support/simulation";

describeYears("five-year", 100, 199);

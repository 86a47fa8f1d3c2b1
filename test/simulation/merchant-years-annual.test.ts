import { describeYears } from "../support/simulation";

describeYears("annual", 0, 99);

/**
 * Files whose score is still below the goal, each with the score, in percent, that it may not fall under; 0 for one that was
 * never judged. A debt that is paid is taken off this list, or a test says so; none may be added for a file that once
 * reached the goal.
 */
export const owed: Readonly<Record<string, number>> = {};

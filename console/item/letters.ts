/** How responses are called on the page. */

/** The letter under which the response in this place is spoken of. */
export const letterOf = (place: number): string => String.fromCharCode(65 + place);

/** What is called `A`, `B` … on the page; one response alone is just the response. */
export const nameOf = (place: number, of: number): string => (of === 1 ? 'Response' : `Response ${letterOf(place)}`);

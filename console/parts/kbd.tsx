/** The keys that do something, as they are called on the keyboard. */
export const Kbd = ({ keys }: { keys: string }) => (
  <span className="keys">
    {keys.split(' ').map((key) => (
      <kbd key={key}>{key}</kbd>
    ))}
  </span>
);

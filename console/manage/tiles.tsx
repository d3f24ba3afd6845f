/** Figures that say at a glance how things stand, each under its name. */
export const Tiles = ({ figures }: { figures: readonly (readonly [name: string, value: string])[] }) => (
  <dl className="tiles">
    {figures.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

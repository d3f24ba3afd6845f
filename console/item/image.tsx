import type { ReactNode } from 'react';
import type { Media } from '../../schemas/item.ts';

/** Where a stored medium is served. */
export const mediaUrl = (media: Media): string => `/media/${media.sha256}`;

/** A stored image; `children` lie over it, at its size. */
export const Picture = ({ media, alt, children }: { media: Media; alt: string; children?: ReactNode }) => (
  <figure className="picture">
    <img src={mediaUrl(media)} alt={alt} width={media.width} height={media.height} draggable={false} />
    {children}
  </figure>
);

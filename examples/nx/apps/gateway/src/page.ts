import { isLate, statusText, type Parcel } from '@example/shared';

/** The list of parcels as a page. @param today ISO 8601 date */
export function page(parcels: readonly Parcel[], today: string): string {
  const rows = parcels.map((parcel) => {
    const note = isLate(parcel, today) ? ' (late)' : '';
    return `<tr><td>${escape(parcel.id)}<td>${escape(parcel.to)}<td>${statusText(parcel.status)}${note}`;
  });
  return `<!doctype html><title>Parcels</title><h1>Parcels</h1><table>${rows.join('')}</table>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

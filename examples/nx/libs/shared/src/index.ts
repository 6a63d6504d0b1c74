export { STATUSES, isLate, statusText } from './parcel';
export type { Parcel, ParcelStatus } from './parcel';

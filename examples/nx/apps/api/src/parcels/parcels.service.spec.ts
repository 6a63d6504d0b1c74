import { ParcelsService } from './parcels.service';

describe('ParcelsService', () => {
  it('counts business days only', () => {
    const friday = new Date(2025, 0, 3);
    const { dueOn } = new ParcelsService().post({ to: 'Emmy Noether, Erlangen', speed: 'express' }, friday);
    expect(dueOn).toBe('2025-01-06');
  });

  it('finds what was posted', () => {
    const service = new ParcelsService();
    const { id } = service.post({ to: 'Alan Turing, Manchester', speed: 'standard' });
    expect(service.find(id)?.to).toBe('Alan Turing, Manchester');
    expect(service.find('P-9999')).toBeUndefined();
  });
});

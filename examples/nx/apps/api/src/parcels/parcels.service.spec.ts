import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ParcelsService } from './parcels.service';

describe('ParcelsService', () => {
  it('counts business days only', () => {
    const friday = new Date(2025, 0, 3);
    const { dueOn } = new ParcelsService().post({ to: 'Emmy Noether, Erlangen', speed: 'express' }, friday);
    assert.equal(dueOn, '2025-01-06');
  });

  it('finds what was posted', () => {
    const service = new ParcelsService();
    const { id } = service.post({ to: 'Alan Turing, Manchester', speed: 'standard' });
    assert.equal(service.find(id)?.to, 'Alan Turing, Manchester');
    assert.equal(service.find('P-9999'), undefined);
  });
});

// The stored registration: what it is reckoned to take up in memory.
import { describe, expect, it } from 'vitest';
import { bytesOfStored } from '../../../service/registrations/stored-registration.ts';
import { storedWith } from '../../support/registrations.ts';

describe('a registration in memory', () => {
  it('is small where it says little', () => {
    expect(bytesOfStored(storedWith())).toBeLessThan(3_000);
  });

  it('is reckoned by its lists, and not by its characters alone', () => {
    // Measured, 5,000 of them take up 640 KB.
    const requiredClaims = Array.from({ length: 5_000 }, (_, index) => [`c${index}`, [true]] as const);
    const bytes = bytesOfStored(
      storedWith({ issuers: [{ jwksUrl: 'https://idp.example.com/jwks.json', requiredClaims }] }),
    );
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThan(1_000_000);
  });
});

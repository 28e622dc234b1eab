import { describe, expect, it } from 'vitest';
import { owner, send } from '../../support/client.ts';

describe('register and log in', () => {
  it('makes a person with a tenant and signs them in', async () => {
    const ada = await owner();
    const again = await send('POST', '/v1/auth/login', { email: ada.email.toUpperCase(), password: ada.password });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ role: 'owner', tokenType: 'Bearer', expiresIn: 900, user: { id: ada.id } });
    expect((await ada.send('GET', '/v1/audit-events')).body.data.map((event: any) => event.action).toSorted()).toEqual([
      'session.create',
      'tenant.create',
      'user.register',
    ]);
  });

  it('answers an unknown email and a wrong password alike', async () => {
    const ada = await owner();
    const wrong = await send('POST', '/v1/auth/login', { email: ada.email, password: 'not the password' });
    const unknown = await send('POST', '/v1/auth/login', { email: 'nobody@example.com', password: 'not the password' });
    expect(wrong.status).toBe(401);
    expect({ ...wrong.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  it('says what is wrong with a body', async () => {
    const { status, body, headers } = await send('POST', '/v1/auth/register', { email: 'x', password: 'short' });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.code).toBe('validation_failed');
    expect(body.errors.map((item: any) => item.path).toSorted()).toEqual(['email', 'name', 'password', 'tenantName']);
    expect((await send('POST', '/v1/auth/login', '{')).body.code).toBe('malformed_json');
    expect((await send('POST', '/v1/auth/login', 'x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send('GET', '/v1/auth/login')).headers.get('allow')).toBe('POST');
    expect((await send('GET', '/nowhere')).body.code).toBe('not_found');
  });
});

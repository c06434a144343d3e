// Which protocol a service speaks.
import type { Service } from '../account/service.ts';
import { jsonProtocol } from '../protocols/json.ts';
import type { Protocol } from '../protocols/protocol.ts';
import { queryProtocol } from '../protocols/query.ts';
import { restJsonProtocol } from '../protocols/rest-json.ts';
import { restXmlProtocol } from '../protocols/rest-xml.ts';

export function protocolOf(service: Service): Protocol {
  switch (service.protocol) {
    case 'query':
      return queryProtocol(service);
    case 'json':
      return jsonProtocol(service);
    case 'rest-json':
      return restJsonProtocol(service);
    case 'rest-xml':
      return restXmlProtocol(service);
  }
}

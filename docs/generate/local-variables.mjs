import { localSettings } from '../../dist/infra/local/local-settings.js';

const { ports, dataDir } = localSettings({});

/** What `npm run local` reads besides the product's own variables. */
export const localVariables = [
  { name: 'LOCAL_DATA_DIR', description: 'Directory of the data, keys and logs.', fallback: dataDir },
  { name: 'LOCAL_SQS_PORT', description: 'Port of the embedded SQS.', fallback: portOf('LOCAL_SQS_PORT') },
  {
    name: 'LOCAL_SUPABASE_PORT',
    description: 'Port of the embedded Supabase.',
    fallback: portOf('LOCAL_SUPABASE_PORT'),
  },
  {
    name: 'LOCAL_SIMULATOR_PORT',
    description: 'Port of the simulator upstream.',
    fallback: portOf('LOCAL_SIMULATOR_PORT'),
  },
];

function portOf(variable) {
  return String(ports.get(variable));
}

import type { Register, RegisterDevice, Table } from '../../devices/define.ts';

/** One coil or register of a unit. `value` is a word; coils hold 0 or 1. */
export interface Cell {
  readonly register: Register;
  /** Place within its register entry, from 0. */
  readonly index: number;
  value: number;
}

/** Every coil and register that the definition names, and nothing else. */
export interface Memory {
  has(table: Table): boolean;
  find(table: Table, address: number): Cell | undefined;
  /** First cell of the register entry with this name. */
  named(name: string): Cell | undefined;
}

/** The memory of a unit fresh from power-up: zero, or the low end of the range where zero lies outside it. */
export const createMemory = (device: RegisterDevice): Memory => {
  const cells = new Map<string, Cell>();
  const names = new Map<string, Cell>();
  for (const register of device.registers) {
    for (let index = 0; index < register.count; index += 1) {
      const cell: Cell = { register, index, value: Math.max(0, register.range[0]) };
      cells.set(`${register.table}:${register.address + index}`, cell);
      if (index === 0) names.set(register.name, cell);
    }
  }
  return {
    has: (table) => device.registers.some((register) => register.table === table),
    find: (table, address) => cells.get(`${table}:${address}`),
    named: (name) => names.get(name),
  };
};

/** Names in scenarios: `…` stands for what the server makes up. */

/** Whether the name fits the pattern. */
export function isLike(name: string, pattern: string): boolean {
  const parts = pattern.split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

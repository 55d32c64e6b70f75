/** The kinds of admissionregistration.k8s.io/v1beta1: those of v1 under another name. */
import { MutatingAdmissionPolicy as OriginalMutatingAdmissionPolicy } from '#kinds/admissionregistration/mutating-admission-policy.ts'
import { MutatingAdmissionPolicyBinding as OriginalMutatingAdmissionPolicyBinding } from '#kinds/admissionregistration/mutating-admission-policy-binding.ts'
import { again } from './group.ts'

export class MutatingAdmissionPolicy extends again(OriginalMutatingAdmissionPolicy) {}
export class MutatingAdmissionPolicyBinding extends again(OriginalMutatingAdmissionPolicyBinding) {}

export const kinds = [MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding] as const
